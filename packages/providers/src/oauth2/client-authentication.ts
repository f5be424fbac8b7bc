import { ConfigurationError } from '@everbearer/core';
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None, PrivateKeyJwt } from 'oauth4webapi';
import { requireObject, requireOneOf, requireText } from '../require-option.ts';

/**
 * How the client proves to the authorization server who it is. `none` is a public client.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export type ClientAuthentication = 'none' | ClientSecret | ClientPrivateKey;

export interface ClientSecret {
  method: 'client_secret_basic' | 'client_secret_post';
  clientSecret: string;
}

/** @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2 */
export interface ClientPrivateKey {
  method: 'private_key_jwt';
  /** A private key for signing. Its algorithm decides how assertions are signed. */
  key: CryptoKey;
  /** Names the key to a server that knows several. */
  kid?: string;
}

const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;

/** @throws {ConfigurationError} naming the member of `clientAuthentication` that is missing or cannot work */
export function clientAuth(given: ClientAuthentication = 'none'): ClientAuth {
  if (given === 'none') return None();
  requireObject('clientAuthentication', given, "{ method: 'client_secret_basic', clientSecret }");
  switch (requireOneOf('clientAuthentication.method', given.method, METHODS.slice(1))) {
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
  return requireText(
    'clientAuthentication.clientSecret',
    clientSecret,
    'It is the secret the server issued to this client.',
  );
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
  return {
    key,
    kid: requireText('clientAuthentication.kid', kid, 'It is the id under which the server knows the key.'),
  };
}
