import { invalidOption, need, needObject } from './check-option.ts';
import { TokenRejectedError } from './errors/token-rejected-error.ts';
import type { TokenFingerprint } from './events.ts';
import { ANYTHING, checkOptions, INSTANT, type OptionRule, SCOPES } from './option-rules.ts';
import { tokenFault, typeFault } from './token-fault.ts';
import { refuseUnknownOptions } from './unknown-options.ts';

/**
 * Proves to resource servers that the bearer of a token has the key that the token is bound to.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7
 */
export interface DpopProver {
  /** The value of the `DPoP` header for one send of this request. */
  proof(request: { method: string; url: string }): Promise<string>;
  /**
   * Hears each response to a request with a proof. True: the server refused the proof since it wants a nonce in it, which came
   * along, so the request is worth sending again with another proof.
   */
  wantsAnother(url: string, response: { status: number; headers: Headers }): boolean;
}

/** An access token as a plain object: what {@link AccessToken} is made of, and what a source may hand out in its place. */
export interface AccessTokenInit {
  /** The value that goes into the header. Visible ASCII, at most 16 KiB. */
  token: string;
  /**
   * `token_type` as the server sent it, in any case: `Bearer`, or `DPoP` together with `dpop`. A token of another type cannot be
   * used. Default: as `dpop` says.
   * @see https://www.rfc-editor.org/rfc/rfc6749#section-7.1
   */
  tokenType?: string | undefined;
  /** For a token that is bound to a key: makes the proof that goes beside it. Default: it is a bearer token. */
  dpop?: DpopProver | undefined;
  /** Milliseconds since the epoch. Default: unknown, so it is used until a server rejects it. */
  expiresAt?: number | undefined;
  /** The scopes it was granted, where known. */
  scopes?: readonly string[] | undefined;
}

const RULES: Readonly<Record<keyof AccessTokenInit, OptionRule>> = {
  token: ANYTHING,
  tokenType: ANYTHING,
  dpop: ANYTHING,
  expiresAt: INSTANT,
  scopes: SCOPES,
};

/**
 * An access token. The value is read with `.token` and shows up nowhere else: not in `inspect`, not in
 * JSON, not in a spread copy.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export class AccessToken {
  readonly #token: string;

  static {
    // What `inspect` of Node prints, also when it is told to call getters.
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    Object.defineProperty(AccessToken.prototype, inspect, { value: () => '[AccessToken]' });
  }

  /** Milliseconds since the epoch; undefined where unknown. */
  readonly expiresAt: number | undefined;
  /** Makes the proof for a token that is bound to a key; undefined for a bearer token. */
  readonly dpop: DpopProver | undefined;
  /** The scopes it was granted; undefined where unknown. */
  readonly scopes: readonly string[] | undefined;

  /**
   * @throws {ConfigurationError} when `token` cannot stand in a header, `tokenType` is not Bearer, another member is of the
   * wrong kind (`expiresAt` in seconds, say), or a member is unknown
   */
  constructor(init: AccessTokenInit) {
    needObject(init, 'options');
    const { token, tokenType, dpop, expiresAt, scopes } = init;
    requireToken(token);
    // What is checked is what was read.
    checkOptions({ ...init, token, tokenType, dpop, expiresAt, scopes }, RULES, 'AccessToken');
    const wrong = typeFault(tokenType, dpop);
    need(!wrong, 'tokenType', `${wrong}. Ask the authorization server for tokens of the type Bearer.`);
    this.#token = token;
    this.expiresAt = expiresAt;
    this.scopes = scopes;
    this.dpop = dpop;
  }

  /** The secret itself. */
  get token(): string {
    return this.#token;
  }

  /** Everything but the secret. */
  toJSON(): Record<string, unknown> {
    return { token: '[redacted]', expiresAt: this.expiresAt, scopes: this.scopes };
  }

  /** A fixed text, so that no template brings the secret into a log. */
  toString(): string {
    return '[AccessToken]';
  }
}

/** A token that a server issued: on a machine or a test whose clock stands in 1970, an instant of that year is right. */
export function receivedToken({ expiresAt, ...init }: AccessTokenInit): AccessToken {
  return Object.assign(new AccessToken(init), { expiresAt });
}

function requireToken(token: unknown): void {
  const fault = tokenFault(token);
  if (fault) throw invalidOption('token', `${fault}. Pass the access token as the server issued it.`);
}

/** What a caller needs of a token. */
export interface TokenAsk {
  /** Default: the scopes the provider was configured with. */
  scopes?: readonly string[] | undefined;
  /** The token that a resource server just rejected: answered with 401. It is never handed out again. */
  rejected?: string | undefined;
  /** A claims challenge as decoded JSON text (CAE). Never sticky: it concerns this ask alone. */
  claims?: string | undefined;
  /** How long the token must still live, in milliseconds. */
  minLifeMs?: number | undefined;
  /** Ends the wait of this caller; a renewal under way goes on for the others. */
  signal?: AbortSignal | undefined;
}

/** The members of a {@link TokenAsk}. */
const ASK_NAMES: readonly string[] = [
  'scopes',
  'rejected',
  'claims',
  'minLifeMs',
  'signal',
] satisfies (keyof TokenAsk)[];

/** Anything that can hand out a token. `createAuthFetch` and the adapters need nothing else. */
export interface TokenSource {
  /** Whose tokens it hands out, for events. */
  readonly account?: string | undefined;
  /** `id` of the provider they come from, for events. */
  readonly provider?: string | undefined;
  /** Makes the `fingerprint` of its tokens, for events. Default: events have none. */
  readonly fingerprint?: TokenFingerprint | undefined;
  /** Resolves to a usable token, or rejects with a typed error. With `rejected`: never that one again. */
  getToken(ask?: TokenAsk): Promise<AccessTokenInit>;
  /** The held token if it is usable right now, without I/O; else undefined. */
  peek?: ((ask?: TokenAsk) => AccessTokenInit | undefined) | undefined;
}

/**
 * A source of one token that is never renewed: for tests, and for tokens that something else keeps fresh. Once it has
 * expired or was rejected, `getToken` rejects with a {@link TokenRejectedError}. An ask with an unknown member is refused.
 * @throws {ConfigurationError} as the constructor of {@link AccessToken} does
 */
export function staticTokenSource(token: string | AccessToken | AccessTokenInit): TokenSource {
  const init = typeof token === 'object' && token !== null ? token : { token };
  const held = init instanceof AccessToken ? init : new AccessToken(init);
  const peek = (ask?: TokenAsk) => {
    const expired = held.expiresAt !== undefined && held.expiresAt <= Date.now();
    return expired || ask?.rejected === held.token ? undefined : held;
  };
  return {
    peek,
    async getToken(ask = {}) {
      needObject(ask, 'ask');
      refuseUnknownOptions(ask, ASK_NAMES, 'A TokenAsk');
      const usable = peek(ask);
      if (usable) return usable;
      throw new TokenRejectedError({
        message:
          'The static token has expired or was rejected, and nothing renews it. Use createTokenManager() for a token that must live on.',
      });
    },
  };
}
