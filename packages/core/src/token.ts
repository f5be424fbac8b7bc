import { ConfigurationError } from './errors/configuration-error.ts';
import { TokenRejectedError } from './errors/token-rejected-error.ts';

export interface AccessTokenInit {
  /** The value that goes into the header. Visible ASCII, at most 16 KiB. */
  token: string;
  /** As sent by the server. Default `Bearer`. */
  tokenType?: string | undefined;
  /** Milliseconds since the epoch. Absent: unknown, used until a server rejects it. */
  expiresAt?: number | undefined;
  /** The scopes it was granted, where known. */
  scopes?: readonly string[] | undefined;
}

/**
 * An access token. The value is read with `.token` and shows up nowhere else: not in `inspect`, not in
 * JSON, not in a spread copy.
 * @throws {ConfigurationError} when `token` cannot stand in a header
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export class AccessToken {
  readonly #token: string;

  static {
    // What `inspect` of Node prints, also when it is told to call getters.
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    Object.defineProperty(AccessToken.prototype, inspect, { value: () => '[AccessToken]' });
  }

  readonly tokenType: string;
  readonly expiresAt: number | undefined;
  readonly scopes: readonly string[] | undefined;

  constructor({ token, tokenType = 'Bearer', expiresAt, scopes }: AccessTokenInit) {
    const fault = tokenFault(token);
    if (fault) {
      throw new ConfigurationError({
        option: 'token',
        message: `\`token\` ${fault}. Pass the access token as the server issued it.`,
      });
    }
    this.#token = token;
    this.tokenType = tokenType;
    this.expiresAt = expiresAt;
    this.scopes = scopes;
  }

  /** The secret itself. */
  get token(): string {
    return this.#token;
  }

  toJSON(): Record<string, unknown> {
    return { token: '[redacted]', tokenType: this.tokenType, expiresAt: this.expiresAt, scopes: this.scopes };
  }

  toString(): string {
    return '[AccessToken]';
  }
}

const LONGEST_TOKEN = 16 * 1024;

/** What makes a value unusable as a token, in words that never quote it; undefined when it is fine. */
export function tokenFault(token: unknown): string | undefined {
  if (typeof token !== 'string') return `must be a string, not ${token === null ? 'null' : typeof token}`;
  if (token === '') return 'is empty';
  if (token.length > LONGEST_TOKEN) return 'is longer than 16 KiB';
  if (!/^[\x21-\x7e]+$/.test(token))
    return 'holds a space, a line break or another character no header can carry';
  return undefined;
}

/** What a caller needs of a token. */
export interface TokenAsk {
  /** Default: the scopes the provider was configured with. */
  scopes?: readonly string[] | undefined;
  /** The token a resource server just refused; it is never handed out again. */
  rejected?: string | undefined;
  /** A claims challenge as decoded JSON text (CAE). Never sticky: it concerns this ask alone. */
  claims?: string | undefined;
  /** How long the token must still live, in milliseconds. */
  minLifeMs?: number | undefined;
  /** Ends the wait of this caller; a renewal under way goes on for the others. */
  signal?: AbortSignal | undefined;
}

/** Whatever can hand out a token. The guard knows nothing else. */
export interface TokenSource {
  /** Whose tokens it hands out, for events. */
  readonly account?: string | undefined;
  /** `id` of the provider they come from, for events. */
  readonly provider?: string | undefined;
  /** A usable token, or a typed error. With `rejected`: never that one again. */
  getToken(ask?: TokenAsk): Promise<AccessToken>;
  /** The held token if it is usable right now, without I/O; else undefined. */
  peek?(ask?: TokenAsk): AccessToken | undefined;
}

/**
 * A source of one token that nobody renews: for tests, and for tokens that somebody else keeps fresh.
 * @throws {ConfigurationError} when the token cannot stand in a header
 */
export function staticTokenSource(token: string | AccessToken): TokenSource {
  const held = typeof token === 'object' && token !== null ? token : new AccessToken({ token });
  const fault = tokenFault(held.token);
  if (fault)
    throw new ConfigurationError({
      option: 'token',
      message: `\`token\` ${fault}. Pass the access token as the server issued it.`,
    });
  const peek = (ask?: TokenAsk) => {
    const expired = held.expiresAt !== undefined && held.expiresAt <= Date.now();
    return expired || ask?.rejected === held.token ? undefined : held;
  };
  return {
    peek,
    async getToken(ask) {
      const usable = peek(ask);
      if (usable) return usable;
      throw new TokenRejectedError({
        message:
          'The static token has expired or was rejected, and nothing renews it. Use createTokenManager() for a token that must live on.',
      });
    },
  };
}
