import { abortable } from './abortable.ts';
import { bearerChallenge } from './challenge.ts';
import { AuthError, ConfigurationError, OriginNotAllowedError } from './errors.ts';
import { emit, type RefusalReason } from './events.ts';
import {
  type CallAuth,
  checkGuardOptions,
  type GuardOptions,
  type SourceCall,
  type SourceOrFunction,
} from './guard-options.ts';
import { createIssuedHeaders } from './issued-headers.ts';
import { compileOrigins, originForMessage } from './origins.ts';
import type { AccessToken, TokenAsk, TokenSource } from './token.ts';

/** One call's share in the guard, kept from attempt to attempt. */
export interface GuardedCall {
  /** `false` steps aside. */
  readonly auth: false | CallAuth | undefined;
  /** A call is replayed once, however many attempts it has. */
  replayed: boolean;
}

/** One request about to leave, in the terms of no particular client. */
export interface Attempt {
  readonly url: string;
  readonly method: string;
  /** The `Authorization` it bears now. */
  readonly authorization: string | null;
  readonly signal: AbortSignal | undefined;
  readonly call: GuardedCall;
  /** Whether `send` can be called a second time; a consumed stream cannot. */
  readonly replayable: boolean;
  /** Called before the first wait: what the caller changes in its own objects from here on matters no more. */
  settle?(): void;
  /** Sends with this `Authorization`; `null` sends without one, undefined as it is. */
  send(authorization: string | null | undefined): Promise<Response>;
}

/** What stands between a client and the wire: no request leaves without a valid token, or it does not leave. */
export interface Guard {
  /**
   * The `Authorization` for this request as it is now: undefined when it is not ours to set, null when it must
   * go. For setting it early; only `send` sees the final URL and refuses.
   */
  authorize(target: Omit<Attempt, 'send' | 'settle'>): string | null | undefined | Promise<string>;
  /**
   * Sends the request under authorization; after a rejection renews, and sends it once more.
   * @throws {OriginNotAllowedError} when no token may go there; nothing was sent
   */
  send(attempt: Attempt): Promise<Response>;
}

/** A body that cannot be sent twice had better meet a token that lasts. */
const STREAM_MIN_LIFE_MS = 60_000;

/** @throws {ConfigurationError} that names the option and the remedy */
export function createGuard(source: SourceOrFunction, options: GuardOptions): Guard {
  checkGuardOptions(source, options);
  const { scopes, onForeignOrigin = 'throw', isRejected, onEvent } = options;
  const verdictOf = compileOrigins(options);
  const issued = createIssuedHeaders();

  /** The source to ask; undefined: step aside; null: let it pass, without anything of ours. */
  function sourceFor(
    target: Omit<Attempt, 'send' | 'settle'>,
    final: boolean,
  ): TokenSource | null | undefined {
    const { url, authorization, call } = target;
    if (call.auth === false) return undefined;
    const verdict = verdictOf(url);
    if (verdict === 'outside') return undefined;
    const ours = authorization !== null && issued.has(authorization);
    if (authorization !== null && !ours && namesCredential(authorization)) return undefined;
    if (verdict === 'allowed') return typeof source === 'function' ? chosen(target) : source;
    if (onForeignOrigin === 'pass') return ours ? null : undefined;
    if (!final) return undefined;
    refused(url, 'origin_not_allowed');
    throw new OriginNotAllowedError(originForMessage(url), { insecure: verdict === 'insecure' });
  }

  function chosen({ url, method, call }: Omit<Attempt, 'send' | 'settle'>): TokenSource {
    const picked = (source as (call: SourceCall) => TokenSource)({ url, method, ...call.auth });
    if (typeof picked?.getToken === 'function') return picked;
    throw new ConfigurationError('source', 'The source function must return a TokenSource for every call.');
  }

  function askFor({ call, replayable }: Omit<Attempt, 'send' | 'settle'>): TokenAsk | undefined {
    const wanted = call.auth ? (call.auth.scopes ?? scopes) : scopes;
    if (replayable) return wanted && { scopes: wanted };
    return { scopes: wanted, minLifeMs: STREAM_MIN_LIFE_MS };
  }

  function refused(url: string, reason: RefusalReason): void {
    if (onEvent) emit(onEvent, { type: 'refused', origin: originForMessage(url), reason });
  }

  async function waitForToken(from: TokenSource, ask: TokenAsk | undefined, signal: AbortSignal | undefined) {
    const token = await abortable(from.getToken({ ...ask, signal }), signal);
    if (token === undefined || token === null) {
      throw new AuthError(
        'The token source resolved to no token, so nothing was sent. It must reject instead.',
        {
          code: 'no_token',
        },
      );
    }
    return token;
  }

  /** Why a refused response goes back as it is, if so. */
  function verdictOfServer(response: Response, attempt: Attempt): RefusalReason | 'elsewhere' | undefined {
    if (response.redirected && originForMessage(response.url) !== originForMessage(attempt.url))
      return 'elsewhere';
    const error = bearerChallenge(response)?.error;
    return error === 'insufficient_scope' || error === 'insufficient_user_authentication' ? error : undefined;
  }

  function tellVerdict(response: Response, attempt: Attempt): void {
    const final = onEvent && verdictOfServer(response, attempt);
    if (final && final !== 'elsewhere') refused(attempt.url, final);
  }

  async function afterRejection(
    attempt: Attempt,
    from: TokenSource,
    token: AccessToken,
    response: Response,
  ): Promise<Response> {
    const { call, signal, url, method } = attempt;
    if (call.replayed) return response;
    const final = verdictOfServer(response, attempt);
    if (final) {
      tellVerdict(response, attempt);
      return response;
    }
    const challenge = bearerChallenge(response);
    const claims = challenge?.error === 'insufficient_claims' ? challenge.claims : undefined;
    const again: TokenAsk = { ...askFor(attempt), rejected: token.token, claims };
    if (!attempt.replayable) {
      from.getToken(again).catch(() => undefined);
      return response;
    }
    let renewed: AccessToken;
    try {
      renewed = await waitForToken(from, again, signal);
    } catch (error) {
      if (signal?.aborted) {
        discard(response);
        throw error;
      }
      refused(url, 'token_rejected');
      return response;
    }
    if (renewed.token === token.token) return response;
    call.replayed = true;
    discard(response);
    if (onEvent) emit(onEvent, { type: 'replayed', method, origin: originForMessage(url) });
    return attempt.send(issued.headerFor(renewed));
  }

  return {
    authorize(target) {
      const from = sourceFor(target, false);
      if (!from) return from;
      const ask = askFor(target);
      const held = from.peek?.(ask);
      if (held) return issued.headerFor(held);
      return waitForToken(from, ask, target.signal).then(issued.headerFor);
    },
    async send(attempt) {
      const from = sourceFor(attempt, true);
      if (!from) return attempt.send(from);
      const ask = askFor(attempt);
      let token = from.peek?.(ask);
      if (!token) {
        attempt.settle?.();
        token = await waitForToken(from, ask, attempt.signal);
      }
      const response = await attempt.send(issued.headerFor(token));
      const rejected = isRejected ? await isRejected(response) : response.status === 401;
      if (rejected) return afterRejection(attempt, from, token, response);
      if (response.status === 403) tellVerdict(response, attempt);
      return response;
    },
  };
}

/** Careless code leaves an empty value, `undefined` or `null` behind where a token was missing. */
function namesCredential(authorization: string): boolean {
  return !/^(bearer\s*)?(undefined|null)?$/i.test(authorization.trim());
}

/** Frees the connection of a response nobody will read. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
