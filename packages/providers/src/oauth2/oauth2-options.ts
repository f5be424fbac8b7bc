import { ConfigurationError } from '@everbearer/core';
import type { ProviderProfile } from '@everbearer/core/contract';
import type { ClientAuth } from 'oauth4webapi';
import { profiles } from '../profiles.ts';
import {
  allowFunction,
  requireEndpoint,
  requireObject,
  requireOneOf,
  requireScopes,
  requireText,
} from '../require-option.ts';
import { type ClientAuthentication, clientAuth } from './client-authentication.ts';

/** Addresses are `https:`, or `http:` on loopback. At least one of `issuer` and `tokenEndpoint` is needed. */
export interface OAuth2Options {
  /**
   * Issuer identifier. Endpoints that are not given are looked up in its metadata, at the first request and then
   * no more (OpenID Connect Discovery, then RFC 8414).
   */
  issuer?: string;
  tokenEndpoint?: string;
  clientId: string;
  /** Default `none`, a public client. */
  clientAuthentication?: ClientAuthentication;
  /** May be empty where the server knows no scopes. For a refresh token ask for `offline_access` where it wants that. */
  scopes: readonly string[];
  /** `refresh_token` (default): on behalf of a person who signed in. `client_credentials`: as the client itself. */
  grant?: 'refresh_token' | 'client_credentials';
  /** What the server does with refresh tokens. Default `profiles.unknown`: they are taken to be single-use. */
  profile?: ProviderProfile;
  /** For `deviceCode()`. */
  deviceAuthorizationEndpoint?: string;
  /** For `authorizationCode()`. */
  authorizationEndpoint?: string;
  /** For `signOut({ revoke: true })`. */
  revocationEndpoint?: string;
  /** Sent with every token request, for instance `{ audience: 'https://api.example.com' }`. */
  tokenParameters?: Readonly<Record<string, string>>;
  /** Default: the global `fetch`, as it is at the time of each request. */
  fetch?: typeof fetch;
}

/** Options after the checks, with everything filled in. */
export interface OAuth2Settings {
  issuer: string | undefined;
  endpoints: Readonly<Partial<Record<EndpointName, string>>>;
  clientId: string;
  authentication: ClientAuth;
  scopes: readonly string[];
  grant: 'refresh_token' | 'client_credentials';
  profile: ProviderProfile;
  tokenParameters: Readonly<Record<string, string>>;
  fetch: typeof fetch;
}

/** Endpoints by their names in the metadata (RFC 8414 section 2). */
export type EndpointName =
  | 'token_endpoint'
  | 'device_authorization_endpoint'
  | 'authorization_endpoint'
  | 'revocation_endpoint';

const ADDRESS = "Write an absolute https address, for instance 'https://login.example.com/oauth2/token'.";

/** @throws {ConfigurationError} naming the option that is missing, has the wrong type or cannot work */
export function oauth2Settings(options: OAuth2Options): OAuth2Settings {
  requireObject('options', options, '{ issuer, clientId, scopes }');
  const { issuer, fetch } = options;
  if (issuer === undefined && options.tokenEndpoint === undefined) {
    throw new ConfigurationError({
      option: 'tokenEndpoint',
      message:
        'Neither `issuer` nor `tokenEndpoint` is given. Give the issuer, or the address of the token endpoint.',
    });
  }
  allowFunction('fetch', fetch);
  const grant = requireOneOf('grant', options.grant ?? 'refresh_token', [
    'refresh_token',
    'client_credentials',
  ]);
  return {
    issuer: issuer === undefined ? undefined : requireIssuer(issuer),
    endpoints: endpointsOf(options),
    clientId: requireText('clientId', options.clientId, 'It is the id the server issued to this client.'),
    authentication: authenticationOf(options, grant),
    scopes: requireScopes(options.scopes, { mayBeEmpty: true }),
    grant,
    profile: requireProfile(options.profile),
    tokenParameters: requireParameters(options.tokenParameters),
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
}

function endpointsOf(options: OAuth2Options): OAuth2Settings['endpoints'] {
  const named = {
    token_endpoint: 'tokenEndpoint',
    device_authorization_endpoint: 'deviceAuthorizationEndpoint',
    authorization_endpoint: 'authorizationEndpoint',
    revocation_endpoint: 'revocationEndpoint',
  } as const;
  const given = Object.entries(named).filter(([, option]) => options[option] !== undefined);
  return Object.fromEntries(
    given.map(([name, option]) => [name, requireEndpoint(option, options[option], ADDRESS)]),
  );
}

function requireIssuer(value: unknown): string {
  const remedy = "Write it as the server does in its metadata, for instance 'https://login.example.com'.";
  const issuer = requireEndpoint('issuer', value, remedy);
  if (!new URL(issuer).search) return issuer;
  throw new ConfigurationError({ option: 'issuer', message: `\`issuer\` holds a query. ${remedy}` });
}

function authenticationOf(
  { clientAuthentication }: OAuth2Options,
  grant: OAuth2Settings['grant'],
): ClientAuth {
  if (grant === 'client_credentials' && (clientAuthentication ?? 'none') === 'none') {
    throw new ConfigurationError({
      option: 'clientAuthentication',
      message:
        "`clientAuthentication` is needed with `grant: 'client_credentials'`. Give for instance { method: 'client_secret_basic', clientSecret }.",
    });
  }
  return clientAuth(clientAuthentication);
}

function requireProfile(profile: ProviderProfile | undefined): ProviderProfile {
  if (profile === undefined) return profiles.unknown;
  const { rotates, graceMs, oldAccessTokenDies, slidingWindow } = profile ?? {};
  const complete =
    (rotates === true || rotates === false || rotates === 'unknown') &&
    typeof graceMs === 'number' &&
    graceMs >= 0 &&
    typeof oldAccessTokenDies === 'boolean' &&
    typeof slidingWindow === 'boolean';
  if (complete) return profile;
  throw new ConfigurationError({
    option: 'profile',
    message:
      '`profile` is not a complete provider profile. Pass one of `profiles`, or a copy with changes: { ...profiles.okta, graceMs: 30_000 }.',
  });
}

/** What the protocol itself says in a token request is not to be overridden. */
const PROTOCOL_PARAMETERS =
  /^(grant_type|refresh_token|client_id|client_secret|client_assertion(_type)?|code|code_verifier|redirect_uri|device_code|scope)$/;

function requireParameters(
  parameters: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const isObject = typeof parameters === 'object' && parameters !== null;
  const fits = ([name, value]: [string, unknown]) =>
    typeof value === 'string' && !PROTOCOL_PARAMETERS.test(name);
  if (!isObject || !Object.entries(parameters).every(fits)) {
    throw new ConfigurationError({
      option: 'tokenParameters',
      message:
        "`tokenParameters` must hold strings, and none of the protocol's own parameters. Write for instance { audience: 'https://api.example.com' }.",
    });
  }
  return Object.freeze({ ...parameters });
}
