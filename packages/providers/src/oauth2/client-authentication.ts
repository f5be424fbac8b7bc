import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { requireObject, requireOneOf, requireText } from '../options/require-option.ts';
import type { Authenticate } from './authenticate.ts';

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
  /**
   * With `client_secret_basic`: how id and secret are written before they are joined. `encoded` (default): as
   * `encodeURIComponent` does, which a server reads right if it decodes the form, and also if it does not, as long as they are made of
   * letters, digits and `-_.!~*'()`. `raw`: as they are, for servers that compare without decoding.
   */
  encoding?: 'encoded' | 'raw' | undefined;
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
  /** The `aud` of assertions. Default: the issuer, or the token endpoint where no issuer is known. */
  audience?: string | undefined;
}

const SECRET = /* @__PURE__ */ Object.keys({
  method: true,
  clientSecret: true,
  encoding: true,
} satisfies Record<keyof ClientSecret, true>);
const KEY = /* @__PURE__ */ Object.keys({
  method: true,
  key: true,
  kid: true,
  audience: true,
} satisfies Record<keyof ClientPrivateKey, true>);

/** The members of each method. */
const METHODS = {
  client_secret_basic: SECRET,
  client_secret_post: ['method', 'clientSecret'] satisfies (keyof ClientSecret)[],
  private_key_jwt: KEY,
} as const;

/** @throws {ConfigurationError} naming the member of `clientAuthentication` that is missing, unknown or unusable */
export function clientAuth(given: ClientAuthentication = 'none', owner = 'oauth2()'): Authenticate {
  if (given === 'none') return publicClient;
  requireObject('clientAuthentication', given, "{ method: 'client_secret_basic', clientSecret }");
  const methods = Object.keys(METHODS) as (keyof typeof METHODS)[];
  const method = requireOneOf('clientAuthentication.method', given.method, methods);
  refuseUnknownOptions(given, METHODS[method], owner, 'clientAuthentication.');
  switch (method) {
    case 'client_secret_basic':
      return basic(given as ClientSecret);
    case 'client_secret_post':
      return post(secretOf(given));
    default:
      return privateKeyJwt(given as ClientPrivateKey);
  }
}

const publicClient: Authenticate = ({ clientId }, form) => form.set('client_id', clientId);

function post(clientSecret: string): Authenticate {
  return ({ clientId }, form) => {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  };
}

function basic(given: ClientSecret): Authenticate {
  const secret = secretOf(given);
  const { encoding = 'encoded' } = given;
  const written = requireOneOf('clientAuthentication.encoding', encoding, ['encoded', 'raw']);
  const write = written === 'raw' ? (text: string) => text : encodeURIComponent;
  return ({ clientId }, _form, headers) => {
    const bytes = new TextEncoder().encode(`${write(clientId)}:${write(secret)}`);
    headers.authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
  };
}

/** The code that signs is loaded with the first client that needs it. */
function privateKeyJwt(given: ClientPrivateKey): Authenticate {
  const audience = given.audience === undefined ? undefined : audienceOf(given.audience);
  const key = privateKeyOf(given);
  const signing = import('./private-key-jwt.ts').then(({ privateKeyAssertions }) =>
    privateKeyAssertions(key, audience),
  );
  // Each request tells of it.
  signing.catch(() => undefined);
  return async (...request) => (await signing.catch(notLoaded))(...request);
}

/** A program that was deployed in part. */
function notLoaded(cause: unknown): never {
  throw new ConfigurationError({
    option: 'clientAuthentication.method',
    message:
      '`clientAuthentication.method` is private_key_jwt, and the code that signs could not be loaded, so nothing was sent. Deploy every file of @everbearer/providers and oauth4webapi, or of the bundle, and start again.',
    cause,
  });
}

const audienceOf = (audience: unknown) =>
  requireText('clientAuthentication.audience', audience, 'It is what the server expects as `aud`.');

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
