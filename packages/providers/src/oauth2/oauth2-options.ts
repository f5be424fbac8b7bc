import { ConfigurationError } from '@everbearer/core';
import type { ProviderProfile } from '@everbearer/core/contract';
import type { ClientAuth } from 'oauth4webapi';
import { createDpopProofs, type DpopProofs } from '../dpop/dpop-proofs.ts';
import {
  fetchOrGlobal,
  type Grant,
  grantOf,
  requireEndpoint,
  requireMembers,
  requireScopes,
  requireText,
} from '../options/require-option.ts';
import { requireProfile } from '../servers/require-profile.ts';
import { type ClientAuthentication, clientAuth } from './client-authentication.ts';

/** Options of `oauth2()`. Addresses are `https:`, or `http:` on loopback. `issuer` or `tokenEndpoint` is needed. */
export interface OAuth2Options {
  /**
   * Issuer identifier. Endpoints that are not given are looked up in its metadata, once, at the first request
   * (OpenID Connect Discovery, then RFC 8414).
   * @see https://www.rfc-editor.org/rfc/rfc8414
   */
  issuer?: string | undefined;
  /** Address of the token endpoint. Default: as the metadata of the issuer says. */
  tokenEndpoint?: string | undefined;
  /** The id that the server issued to this client. */
  clientId: string;
  /** Default `none`, a public client. */
  clientAuthentication?: ClientAuthentication | undefined;
  /** May be empty if the server knows no scopes. For a refresh token, many servers want `offline_access` among them. */
  scopes: readonly string[];
  /** `refresh_token` (default): on behalf of a person who signed in. `client_credentials`: as the client itself. */
  grant?: 'refresh_token' | 'client_credentials' | undefined;
  /** What the server does with refresh tokens. Default `profiles.unknown`: they are taken to be single-use. */
  profile?: ProviderProfile | undefined;
  /** For `deviceCode()`. Default: as the metadata of the issuer says. */
  deviceAuthorizationEndpoint?: string | undefined;
  /** For `authorizationCode()`. Default: as the metadata of the issuer says. */
  authorizationEndpoint?: string | undefined;
  /**
   * For `beginSignIn()` and `authorizationCode()`. Given, the server gets each authorization request itself, and the browser a short
   * address (RFC 9126). Default: as the metadata of the issuer says, if it demands that (`require_pushed_authorization_requests`).
   */
  pushedAuthorizationRequestEndpoint?: string | undefined;
  /** For `signOut({ revoke: true })`. Default: as the metadata of the issuer says. */
  revocationEndpoint?: string | undefined;
  /**
   * Sent with every token request, for instance `{ audience: 'https://api.example.com' }`. They are part of the `id`, which
   * events name: no secret belongs here.
   */
  tokenParameters?: Readonly<Record<string, string>> | undefined;
  /**
   * Bind the tokens to a key, so that whoever steals them cannot use them. Each sign-in gets a key of its own (ES256); it is kept
   * in the record, with the tokens. Tokens are then sent as `Authorization: DPoP`, each request with a proof. A server that knows
   * nothing of it issues Bearer tokens as before, and they are sent as such. Needs the Web Crypto API. Default false.
   * @see https://www.rfc-editor.org/rfc/rfc9449
   */
  dpop?: boolean | undefined;
  /**
   * What sends the requests. It must send each once: a `fetch` that repeats requests by itself presents a refresh token
   * twice, and some servers end the session then. Default: the global `fetch`, as it is at the time of each request; it
   * is kept from repeating.
   */
  fetch?: typeof fetch | undefined;
}

const KNOWN = Object.keys({
  issuer: true,
  tokenEndpoint: true,
  clientId: true,
  clientAuthentication: true,
  scopes: true,
  grant: true,
  profile: true,
  deviceAuthorizationEndpoint: true,
  authorizationEndpoint: true,
  pushedAuthorizationRequestEndpoint: true,
  revocationEndpoint: true,
  tokenParameters: true,
  dpop: true,
  fetch: true,
} satisfies Record<keyof OAuth2Options, true>);

/** Options after the checks, with everything filled in. */
export interface OAuth2Settings {
  issuer: string | undefined;
  endpoints: Readonly<Partial<Record<EndpointName, string>>>;
  clientId: string;
  authentication: ClientAuth;
  scopes: readonly string[];
  grant: Grant;
  profile: ProviderProfile;
  tokenParameters: Readonly<Record<string, string>>;
  /** With `dpop: true`: what makes the proofs. */
  proofs: DpopProofs | undefined;
  fetch: typeof fetch;
}

/** Endpoints by their names in the metadata (RFC 8414 section 2). */
export type EndpointName =
  | 'token_endpoint'
  | 'device_authorization_endpoint'
  | 'authorization_endpoint'
  | 'pushed_authorization_request_endpoint'
  | 'revocation_endpoint';

/** The option that gives each endpoint. */
export const ENDPOINT_OPTIONS: Readonly<Record<EndpointName, keyof OAuth2Options>> = {
  token_endpoint: 'tokenEndpoint',
  device_authorization_endpoint: 'deviceAuthorizationEndpoint',
  authorization_endpoint: 'authorizationEndpoint',
  pushed_authorization_request_endpoint: 'pushedAuthorizationRequestEndpoint',
  revocation_endpoint: 'revocationEndpoint',
};

const ADDRESS = "Write an absolute https address, for instance 'https://login.example.com/oauth2/token'.";

/** @throws {ConfigurationError} naming the option that is missing, unknown, of the wrong type or unusable */
export function oauth2Settings(options: OAuth2Options): OAuth2Settings {
  requireMembers('oauth2()', options, KNOWN, '{ issuer, clientId, scopes }');
  const { issuer } = options;
  if (issuer === undefined && options.tokenEndpoint === undefined) {
    throw new ConfigurationError({
      option: 'tokenEndpoint',
      message:
        'Neither `issuer` nor `tokenEndpoint` is given. Give the issuer, or the address of the token endpoint.',
    });
  }
  const grant = grantOf(options.grant);
  return {
    issuer: issuer === undefined ? undefined : requireIssuer(issuer),
    endpoints: endpointsOf(options),
    clientId: requireText(
      'clientId',
      options.clientId,
      'It is the id that the server issued to this client.',
    ),
    authentication: authenticationOf(options, grant),
    scopes: requireScopes(options.scopes, { mayBeEmpty: true }),
    grant,
    profile: requireProfile(options.profile, 'oauth2()'),
    tokenParameters: requireParameters(options.tokenParameters),
    proofs: wantsDpop(options.dpop) ? createDpopProofs() : undefined,
    fetch: fetchOrGlobal(options.fetch),
  };
}

function endpointsOf(options: OAuth2Options): OAuth2Settings['endpoints'] {
  const given = Object.entries(ENDPOINT_OPTIONS).filter(([, option]) => options[option] !== undefined);
  return Object.fromEntries(
    given.map(([name, option]) => [name, requireEndpoint(option, options[option], ADDRESS)]),
  );
}

function wantsDpop(dpop: unknown = false): boolean {
  if (typeof dpop === 'boolean') return dpop;
  throw new ConfigurationError({ option: 'dpop', message: '`dpop` must be true or false.' });
}

function requireIssuer(value: unknown): string {
  const remedy = "Write it as the server does in its metadata, for instance 'https://login.example.com'.";
  const issuer = requireEndpoint('issuer', value, remedy);
  if (!new URL(issuer).search) return issuer;
  throw new ConfigurationError({ option: 'issuer', message: `\`issuer\` contains a query. ${remedy}` });
}

function authenticationOf({ clientAuthentication }: OAuth2Options, grant: Grant): ClientAuth {
  if (grant === 'client_credentials' && (clientAuthentication ?? 'none') === 'none') {
    throw new ConfigurationError({
      option: 'clientAuthentication',
      message:
        "`clientAuthentication` is needed with `grant: 'client_credentials'`. Give for instance { method: 'client_secret_basic', clientSecret }.",
    });
  }
  return clientAuth(clientAuthentication);
}

/** What the protocol itself says in a token request cannot be overridden. */
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
