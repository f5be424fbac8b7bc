/** How tokens are obtained. The only thing that talks to an authorization server. */
export interface TokenProvider {
  /** Issuer and client id: part of every key, so that records of different clients never meet. */
  readonly id: string;
  readonly profile: ProviderProfile;
  /** The scopes configured at sign-in; what an ask without scopes means. */
  readonly scopes: readonly string[];
  /**
   * The refresh token grant. Reports a refusal by throwing a {@link TokenEndpointError}; any other error
   * counts as a lost reply.
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
   */
  refresh?(credential: RefreshCredential, context: ProviderContext): Promise<TokenSet>;
  /** A grant that needs no refresh token (client credentials, workload identity), nor a record to start from. */
  acquire?(context: ProviderContext): Promise<TokenSet>;
  /** @see https://www.rfc-editor.org/rfc/rfc7009 */
  revoke?(tokens: TokenSet, context: ProviderContext): Promise<void>;
}

/** What an authorization server does with refresh tokens, as data. Unknown means: be strict. */
export interface ProviderProfile {
  /** Whether each refresh brings a new refresh token. */
  rotates: boolean | 'unknown';
  /**
   * How long a replaced refresh token still works, in milliseconds; `Infinity`: it stays valid. Within a finite one
   * a renewal whose holder died is done again by whoever meets it.
   */
  graceMs: number;
  /** Whether a refresh ends the previous access token at once. */
  oldAccessTokenDies: boolean;
  /** How long a refresh token lives, where the server never says. */
  refreshTokenLifetimeMs?: number;
  /** Whether each refresh begins that life anew. */
  slidingWindow: boolean;
}

/** The profile of a server nobody described: refresh tokens are taken to be single-use. */
export const STRICT_PROFILE: ProviderProfile = {
  rotates: 'unknown',
  graceMs: 0,
  oldAccessTokenDies: false,
  slidingWindow: true,
};

export interface RefreshCredential {
  refreshToken: string;
  /** The scopes the sign-in was granted or asked for. */
  scopes: readonly string[];
  account?: TokenUser;
}

export interface ProviderContext {
  /** The scopes asked for now. */
  scopes: readonly string[];
  /** Decoded JSON of a claims challenge. */
  claims?: string | undefined;
  /** The renewal's own deadline, never a caller's. */
  signal: AbortSignal;
  /** 1 for the first try under this lease. */
  attempt: number;
}

/** Whose tokens they are, as far as the server said. */
export interface TokenUser {
  /** Stable id of the user at the issuer. */
  id?: string;
  username?: string;
  tenantId?: string;
}

/**
 * A successful token response in camelCase, times as milliseconds since the epoch. At least one of
 * `accessToken` and `refreshToken` must be there.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export interface TokenSet {
  accessToken?: string;
  /** Default `Bearer`. */
  tokenType?: string;
  /** Absent: unknown, used until rejected. */
  expiresAt?: number;
  /** When the server wants it renewed. */
  renewAt?: number;
  /** Absent after a refresh: the previous one stays (RFC 6749 section 6). */
  refreshToken?: string;
  refreshTokenExpiresAt?: number;
  /** Granted scopes; absent: as asked. */
  scopes?: readonly string[];
  idToken?: string;
  account?: TokenUser;
  /**
   * The server's own time when it answered: the `Date` of the reply, unless a cache may have answered in its place.
   * By it machines whose clocks differ agree on a token's age. Never when the token ends.
   */
  serverDate?: number;
}
