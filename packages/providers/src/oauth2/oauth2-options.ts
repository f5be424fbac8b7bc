import type { ProviderProfile } from '@everbearer/core/contract';
import type { RefusalReading } from '../servers/refusals.ts';
import type { ReplyReading } from '../wire/read-reply.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';
import type { BodyFormat } from '../wire/send-form.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import type { OwnGrant } from './own-grant.ts';
import type { GrantParameters } from './request-options.ts';

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
  /**
   * `refresh_token` (default): on behalf of a person who signed in. `client_credentials`: as the client itself. An object: a grant
   * of your own, or one of `jwtBearer()` and `tokenExchange()`.
   */
  grant?: 'refresh_token' | 'client_credentials' | OwnGrant | undefined;
  /** What the server does with refresh tokens. Default `profiles.unknown`: they are taken to be single-use. */
  profile?: ProviderProfile | undefined;
  /**
   * What a reply of the token endpoint means, where the usual reading is wrong: `(status, body) => 'invalid_grant'` for a dead
   * refresh token, another code of RFC 6749, or undefined. `body` is the JSON of the reply, the members of a form, or else
   * its text. `refusals` holds some. Default: the usual reading, which knows the dialects of the large services.
   */
  refusal?: RefusalReading | undefined;
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
   * Sent with every token request, for instance `{ audience: 'https://api.example.com' }`; a list is sent as the parameter several
   * times (`resource`). They are part of the `id`, which events name: no secret belongs here.
   */
  tokenParameters?: RequestParameters | undefined;
  /**
   * Sent with token requests of one grant type alone, for instance `{ refresh_token: { scope: 'mail', redirect_uri: '...' } }`. What
   * the protocol itself says comes before them. They are no part of the `id`: what decides whose tokens come belongs into
   * `tokenParameters`.
   */
  grantParameters?: GrantParameters | undefined;
  /** How token requests are written. Default `form`, as RFC 6749 says; some servers want `json`. */
  bodyFormat?: BodyFormat | undefined;
  /** Headers of your own for every request to the server, for instance `{ 'x-api-version': '2' }`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Finds the tokens of a reply that has them in odd places: `(body) => body.authed_user`. It returns the members of RFC 6749
   * section 5.1, or undefined where the usual places are right.
   */
  readReply?: ReplyReading | undefined;
  /**
   * Members of token replies that are kept beside the tokens, for instance `['instance_url']`: in the record, in `kept` of the token
   * manager, and in `status()`. At most 16, each up to 1,024 characters, and 4 KiB together. They are not treated as secrets.
   */
  keep?: readonly string[] | undefined;
  /**
   * Bind the tokens to a key, so that whoever steals them cannot use them. Each sign-in gets a key of its own (ES256); it is kept
   * in the record, with the tokens. Tokens are then sent as `Authorization: DPoP`, each request with a proof. A server that
   * knows nothing of it issues Bearer tokens: `true` refuses them, `'optional'` takes them and sends them as such. Needs the Web Crypto
   * API. Default false.
   * @see https://www.rfc-editor.org/rfc/rfc9449#section-5
   */
  dpop?: boolean | 'optional' | undefined;
  /**
   * Refuse a callback that does not name its issuer (`iss`), which keeps the answers of two servers apart. A callback that names another
   * one than `issuer` is refused in any case. Default false: only where the metadata of the issuer, as far as it was
   * read, says that the server always names itself.
   * @see https://www.rfc-editor.org/rfc/rfc9207
   */
  requireIss?: boolean | undefined;
  /**
   * What sends the requests: the place for whatever no option covers (a proxy, a signature, a parameter in the address). It gets the
   * address and the complete `RequestInit`, and returns the `Response`. It must send each once: a `fetch` that repeats requests by
   * itself presents a refresh token twice, and some servers end the session then. One that throws for a status, as ky does, is
   * understood too. Default: the global `fetch`, as it is at the time of each request; it is kept from repeating.
   */
  fetch?: typeof fetch | undefined;
}

/** Their names. */
export const OAUTH2_OPTIONS: readonly string[] = /* @__PURE__ */ Object.keys({
  issuer: true,
  tokenEndpoint: true,
  clientId: true,
  clientAuthentication: true,
  scopes: true,
  grant: true,
  profile: true,
  refusal: true,
  deviceAuthorizationEndpoint: true,
  authorizationEndpoint: true,
  pushedAuthorizationRequestEndpoint: true,
  revocationEndpoint: true,
  tokenParameters: true,
  grantParameters: true,
  bodyFormat: true,
  headers: true,
  readReply: true,
  keep: true,
  dpop: true,
  requireIss: true,
  fetch: true,
} satisfies Record<keyof OAuth2Options, true>);

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
