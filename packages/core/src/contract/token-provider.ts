import type { TokenEndpointError } from '../errors/token-endpoint-error.ts';
import type { DpopProver } from '../token.ts';

/** How tokens are obtained. Nothing else talks to an authorization server. */
export interface TokenProvider {
  /**
   * Says whose tokens this provider brings: with the account, it is the key of the record. Two providers with the same id
   * share their tokens; two with differing ids never do. So it has to name everything that decides which tokens come back:
   * the issuer or the token endpoint (of the cloud, the region, the tenant that is asked), the client id, the grant, and each
   * parameter of the token request that changes the outcome, such as `audience` or `resource`.
   *
   * It leaves out what may change while the tokens stay good: the scopes, since one refresh token serves them all, and client
   * authentication, since a new secret makes no new client. The same options give the same id in every process: values are
   * encoded before they are joined, in an order of their own. Events name it, so it holds no secret.
   */
  readonly id: string;
  /** What its authorization server does with refresh tokens. */
  readonly profile: ProviderProfile;
  /** The scopes configured at sign-in; an ask without scopes means these. */
  readonly scopes: readonly string[];
  /**
   * The refresh token grant. Without it, nobody can sign in at this provider.
   *
   * `invalid_grant` for the provider's own scopes ends the session: nothing is asked again until a sign-in. If your server
   * says so of a refresh token that may work again (conditional access, consent still to be given), throw the error with
   * `passes: true`, or with `interaction_required`: then it is asked again after a pause that grows. Every other refusal is
   * asked again as well; say what `Retry-After` asked for in `retryAfterMs`, whatever the status.
   * @throws {TokenEndpointError} the refusal of the server; any other error counts as a lost reply
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
   */
  refresh?: ((credential: RefreshCredential, context: ProviderContext) => Promise<TokenSet>) | undefined;
  /**
   * A grant that needs no refresh token (client credentials, workload identity), and so no record to start from. No refusal
   * is final here. A server that hands out the token that it was to replace has said that the token is good.
   * @throws {TokenEndpointError} the refusal of the server; any other error counts as a lost reply
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
   */
  acquire?: ((context: ProviderContext) => Promise<TokenSet>) | undefined;
  /**
   * Revokes the refresh token and the access token, as far as they are given. Without it, `signOut({ revoke: true })` throws.
   * @throws {TokenEndpointError} when the server does not confirm
   * @see https://www.rfc-editor.org/rfc/rfc7009
   */
  revoke?: ((tokens: TokenSet, context: ProviderContext) => Promise<void>) | undefined;
  /**
   * What proves possession of `dpopKey` beside an access token that is bound to it. Without it, tokens of type DPoP cannot be used.
   * @see https://www.rfc-editor.org/rfc/rfc9449#section-7
   */
  prover?: ((accessToken: string, dpopKey: string) => DpopProver) | undefined;
}

/** What an authorization server does with refresh tokens, as data. What is unknown is taken to be strict. */
export interface ProviderProfile {
  /** Whether each refresh brings a new refresh token. */
  rotates: boolean | 'unknown';
  /**
   * How long a replaced refresh token still works, in milliseconds; `Infinity`: it stays valid. If finite, a renewal
   * interrupted by a crash is repeated by the next process that sees it.
   */
  graceMs: number;
  /**
   * Whether a replaced refresh token also works, however late, as long as no token that it brought has been used. A renewal
   * whose process died can then be done again at any time. Default false.
   */
  graceUntilUsed?: boolean | undefined;
  /**
   * What a second use of a replaced refresh token ends, once its grace is over: `nothing` beside the request itself, the
   * `session`, or `every_session` that the same person has at this client, on other devices too. Default: the session.
   */
  replayEnds?: 'nothing' | 'session' | 'every_session' | undefined;
  /** Whether a refresh ends the previous access token at once. */
  oldAccessTokenDies: boolean;
  /**
   * Whether a refresh for less scope than before narrows the whole session for good (RFC 6749 section 6 says that it does not).
   * Then no refresh asks for other scopes than the provider's own. Default false.
   */
  narrowingLasts?: boolean | undefined;
  /** How long a refresh token lives, in milliseconds, if the server never says. */
  refreshTokenLifetimeMs?: number | undefined;
  /**
   * Whether that life starts again: with each new refresh token, or, where the same one stays (`rotates: false`), with each use.
   * Otherwise it counts from the sign-in.
   */
  slidingWindow: boolean;
}

/** The profile of an unknown server: refresh tokens are taken to be single-use. */
export const STRICT_PROFILE: ProviderProfile = {
  rotates: 'unknown',
  graceMs: 0,
  oldAccessTokenDies: false,
  slidingWindow: true,
};

/** What a refresh presents to the token endpoint. */
export interface RefreshCredential {
  /** The refresh token. A secret. */
  refreshToken: string;
  /** The key it is bound to, as the provider gave it with the token. A secret. */
  dpopKey?: string | undefined;
}

/** What a provider is asked for, and until when. */
export interface ProviderContext {
  /** The scopes asked for now. */
  scopes: readonly string[];
  /** A claims challenge as decoded JSON text. */
  claims?: string | undefined;
  /**
   * Ends the request when the lease under which it is made ends, never at a caller's deadline: an answer may hold the new
   * refresh token.
   */
  signal: AbortSignal;
  /**
   * To be called right before the request is sent, with nothing awaited in between: it throws when the lease has no time
   * left for the request, and then nothing may be sent. Default: there is no lease, and nothing to ask.
   * @throws {TokenEndpointError} `timeout` with `sent: false`, to be passed on as it is
   */
  beforeSend?: (() => void) | undefined;
}

/** Whose tokens they are, as far as the server said. */
export interface TokenUser {
  /** A stable id of the user at the issuer. */
  id?: string | undefined;
  /** What the user signs in with, mostly an e-mail address. */
  username?: string | undefined;
  /** The tenant that the user belongs to. */
  tenantId?: string | undefined;
}

/**
 * A successful token response in camelCase, with times in milliseconds since the epoch. It needs an `accessToken` or a
 * `refreshToken`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export interface TokenSet {
  /** The access token. A secret. */
  accessToken?: string | undefined;
  /** `Bearer` (the default), or `DPoP` together with a `dpopKey`; another type is not usable here. */
  tokenType?: string | undefined;
  /**
   * The private key that the tokens are bound to, as the text of a JWK. A secret. Absent after a refresh: the previous one stays.
   * @see https://www.rfc-editor.org/rfc/rfc9449
   */
  dpopKey?: string | undefined;
  /** When the access token ends. Absent: unknown; it is used until a server rejects it. */
  expiresAt?: number | undefined;
  /** When the server wants it renewed. */
  renewAt?: number | undefined;
  /** A secret. Absent after a refresh: the previous one stays (RFC 6749 section 6). */
  refreshToken?: string | undefined;
  /** When the refresh token ends. Absent: unknown. */
  refreshTokenExpiresAt?: number | undefined;
  /** Granted scopes. Absent: as asked. */
  scopes?: readonly string[] | undefined;
  /** The ID token as the server sent it. It is not checked and not stored. */
  idToken?: string | undefined;
  /** Whose tokens they are. */
  user?: TokenUser | undefined;
  /**
   * The server's own time when it answered: the `Date` of the reply, unless a cache may have answered instead. Machines
   * whose clocks differ agree on a token's age by it. It never decides when a token ends.
   */
  serverDate?: number | undefined;
  /**
   * Members of the reply that are kept beside the tokens, as texts: an address of the API, for instance. At most
   * 4 KiB together, as JSON; no secrets, since `status()` shows them. Absent: the previous ones stay.
   */
  kept?: Readonly<Record<string, string>> | undefined;
  /** Scopes that were asked for and not granted, as far as the server said. A `warning` event names them. */
  missingScopes?: readonly string[] | undefined;
  /**
   * What the server refused in the very reply that brought these tokens. They are kept, and then it is thrown: a refusal
   * may bring a new refresh token.
   */
  refusal?: TokenEndpointError | undefined;
}
