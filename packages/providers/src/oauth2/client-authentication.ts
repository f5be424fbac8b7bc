import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None, PrivateKeyJwt } from 'oauth4webapi';
import { requireObject, requireOneOf, requireText } from '../options/require-option.ts';

/**
 * How the client proves to the authorization server who it is. `none` is a public client.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export type ClientAuthentication = 'none' | ClientSecret | ClientPrivateKey;

/**
 * A client that has a secret.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export interface ClientSecret {
  /** Where the secret goes: into the `Authorization` header, or into the form. */
  method: 'client_secret_basic' | 'client_secret_post';
  /** The secret that the server issued to this client. */
  clientSecret: string;
}

/**
 * A client that signs an assertion for each request.
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 */
export interface ClientPrivateKey {
  /** The only method with a key. */
  method: 'private_key_jwt';
  /** A private key with the usage `sign`. Its algorithm decides how assertions are signed. */
  key: CryptoKey;
  /** The id of the key, for a server that knows several. */
  kid?: string | undefined;
}

const SECRET = Object.keys({ method: true, clientSecret: true } satisfies Record<keyof ClientSecret, true>);
const KEY = Object.keys({ method: true, key: true, kid: true } satisfies Record<
  keyof ClientPrivateKey,
  true
>);

/** The members of each method. */
const METHODS = {
  client_secret_basic: SECRET,
  client_secret_post: SECRET,
  private_key_jwt: KEY,
} as const;

/** @throws {ConfigurationError} naming the member of `clientAuthentication` that is missing, unknown or unusable */
export function clientAuth(given: ClientAuthentication = 'none'): ClientAuth {
  if (given === 'none') return None();
  requireObject('clientAuthentication', given, "{ method: 'client_secret_basic', clientSecret }");
  const methods = Object.keys(METHODS) as (keyof typeof METHODS)[];
  const method = requireOneOf('clientAuthentication.method', given.method, methods);
  refuseUnknownOptions(given, METHODS[method], 'oauth2()', 'clientAuthentication.');
  switch (method) {
    case 'client_secret_basic':
      return ClientSecretBasic(secretOf(given));
    case 'client_secret_post':
      return ClientSecretPost(secretOf(given));
    default:
      return PrivateKeyJwt(privateKeyOf(given as ClientPrivateKey));
  }
}

function secretOf(given: ClientSecret | ClientPrivateKey): string {
  const { clientSecret } = given as ClientSecret;
  const remedy = 'It is the secret that the server issued to this client.';
  return requireText('clientAuthentication.clientSecret', clientSecret, remedy);
}

function privateKeyOf({ key, kid }: ClientPrivateKey) {
  const fits = key instanceof CryptoKey && key.type === 'private' && key.usages.includes('sign');
  if (!fits) {
    throw new ConfigurationError({
      option: 'clientAuthentication.key',
      message:
        "`clientAuthentication.key` must be a private CryptoKey with the usage 'sign'. Import it with crypto.subtle.importKey('pkcs8', …, ['sign']).",
    });
  }
  if (kid === undefined) return key;
  const remedy = 'It is the id under which the server knows the key.';
  return { key, kid: requireText('clientAuthentication.kid', kid, remedy) };
}
