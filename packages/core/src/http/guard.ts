import { abortable } from '../abortable.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { OriginNotAllowedError } from '../errors/origin-not-allowed-error.ts';
import { emit, type Happening } from '../events.ts';
import type { AccessToken, TokenAsk, TokenSource } from '../token.ts';
import { askSource } from './ask-source.ts';
import { serverVerdict } from './challenge-meaning.ts';
import {
  type CallAuth,
  checkGuardOptions,
  type GuardOptions,
  type SourceCall,
  type TokenSourceLike,
} from './guard-options.ts';
import { createIssuedHeaders } from './issued-headers.ts';
import { compileOrigins, originForMessage } from './origins.ts';

/** One call's share in the guard, kept from attempt to attempt. */
export interface GuardedCall {
  /** `false` steps aside. */
  readonly auth: false | CallAuth | undefined;
  /** A call is replayed once, however many attempts it has. */
  replayed: boolean;
  /** The `Authorization` it was given last. Kept by the guard. */
  issued?: string;
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
  /** Called when nothing is sent any more, however the attempt ended. */
  release?: (() => void) | undefined;
}

/** A request as far as it is known before it is sent. */
export type Target = Omit<Attempt, 'send' | 'settle' | 'release'>;

/** What stands between a client and the wire: no request leaves without a valid token, or it does not leave. */
export interface Guard {
  /** Whether a call that says nothing of its own, wherever it goes and whatever it sends, would not wait for a token now. */
  holdsToken(): boolean;
  /**
   * The `Authorization` for this request as it is now: undefined when it is not ours to set, null when it must
   * go. For setting it early; only `send` sees the final URL and refuses.
   */
  authorize(target: Target): string | null | undefined | Promise<string>;
  /**
   * Sends the request under authorization; after a rejection renews, and sends it once more.
   * @throws {OriginNotAllowedError} when no token may go there; nothing was sent
   */
  send(attempt: Attempt): Promise<Response>;
}

type IsRejected = NonNullable<GuardOptions['isRejected']>;

/** A body that cannot be sent twice had better meet a token that lasts. */
const STREAM_MIN_LIFE_MS = 60_000;

/** @throws {ConfigurationError} that names the option and the remedy */
export function createGuard(source: TokenSourceLike, options: GuardOptions): Guard {
  checkGuardOptions(source, options);
  const { scopes, onForeignOrigin = 'throw', isRejected, onEvent } = options;
  const verdictOf = compileOrigins(options);
  const issued = createIssuedHeaders();
  const longest: TokenAsk = { scopes, minLifeMs: STREAM_MIN_LIFE_MS };

  /** The source to ask; undefined: step aside; null: let it pass, without anything of ours. */
  function sourceFor(target: Target, final: boolean): TokenSource | null | undefined {
    const { url, authorization, call } = target;
    // It may have been marked so after the header was set early.
    if (call.auth === false) return call.issued && authorization === call.issued ? null : undefined;
    const ours = authorization !== null && (authorization === call.issued || issued.has(authorization));
    const verdict = verdictOf(url);
    if (verdict === 'outside') return undefined;
    if (authorization !== null && !ours && namesCredential(authorization)) return undefined;
    if (verdict === 'allowed') return typeof source === 'function' ? chosen(target) : source;
    if (onForeignOrigin === 'pass') return ours ? null : undefined;
    if (!final) return undefined;
    const origin = originForMessage(url);
    const from = typeof source === 'function' ? undefined : source;
    tell({ type: 'not_sent', origin, reason: 'origin_not_allowed' }, call, from);
    throw new OriginNotAllowedError({ origin, insecure: verdict === 'insecure' });
  }

  function chosen({ url, method, call }: Target): TokenSource {
    const picked = (source as (call: SourceCall) => TokenSource)({ url, method, ...call.auth });
    if (typeof picked?.getToken === 'function') return picked;
    throw new ConfigurationError({
      option: 'source',
      message: 'The source function must return a TokenSource for every call.',
    });
  }

  function askFor({ call, replayable }: Target): TokenAsk | undefined {
    const wanted = call.auth ? (call.auth.scopes ?? scopes) : scopes;
    if (replayable) return wanted && { scopes: wanted };
    return { scopes: wanted, minLifeMs: STREAM_MIN_LIFE_MS };
  }

  function headerFor(token: AccessToken, call: GuardedCall): string {
    const header = issued.headerFor(token);
    call.issued = header;
    return header;
  }

  /** Tells what happened to a call, and whose token it was to bear, as far as that is known. */
  function tell(happening: Happening, { auth }: GuardedCall, from?: TokenSource): void {
    if (!onEvent) return;
    const account = from?.account ?? (auth ? auth.account : undefined);
    emit(onEvent, { ...happening, account, provider: from?.provider });
  }

  /** Whether the response rejects the token. Only a predicate of the caller's may take its time. */
  async function rejects(predicate: IsRejected, response: Response, signal: AbortSignal | undefined) {
    try {
      const answer = predicate(response);
      return typeof answer === 'object' ? await abortable(Promise.resolve(answer), signal) : answer;
    } catch (error) {
      discard(response);
      throw error;
    }
  }

  /** A response that goes to the caller: of one that asks for more than a renewal, an event tells. */
  function handedOver(
    response: Response,
    { url, call }: Attempt,
    from: TokenSource,
    token: AccessToken,
  ): Response {
    if (onEvent && (response.status === 401 || response.status === 403)) {
      const verdict = serverVerdict(response, url, token.token);
      if (verdict.kind === 'step_up')
        tell({ type: 'step_up_required', origin: originForMessage(url), ...verdict.needed }, call, from);
    }
    return response;
  }

  async function afterRejection(
    attempt: Attempt,
    from: TokenSource,
    token: AccessToken,
    response: Response,
  ): Promise<Response> {
    const { call, signal, url, method } = attempt;
    const verdict = serverVerdict(response, url, token.token);
    if (call.replayed || verdict.kind !== 'renew') return handedOver(response, attempt, from, token);
    const again: TokenAsk = { ...askFor(attempt), rejected: token.token, claims: verdict.claims };
    // What a redirect has passed on may have been acted upon: only what is harmless twice is sent twice.
    if (!attempt.replayable || (response.redirected && !isIdempotent(method))) {
      from.getToken(again).catch(() => undefined);
      return response;
    }
    let renewed: AccessToken;
    try {
      renewed = await askSource(from, again, signal);
    } catch (error) {
      if (signal?.aborted) {
        discard(response);
        throw error;
      }
      tell({ type: 'rejected', origin: originForMessage(url) }, call, from);
      return response;
    }
    if (renewed.token === token.token) return response;
    call.replayed = true;
    discard(response);
    tell({ type: 'replayed', method, origin: originForMessage(url) }, call, from);
    return handedOver(await attempt.send(headerFor(renewed, call)), attempt, from, renewed);
  }

  return {
    holdsToken: () => typeof source !== 'function' && source.peek?.(longest) !== undefined,
    authorize(target) {
      const from = sourceFor(target, false);
      if (!from) return from;
      const ask = askFor(target);
      const held = from.peek?.(ask);
      if (held) return headerFor(held, target.call);
      return askSource(from, ask, target.signal).then((token) => headerFor(token, target.call));
    },
    async send(attempt) {
      try {
        const from = sourceFor(attempt, true);
        if (!from) return await attempt.send(from);
        const ask = askFor(attempt);
        let token = from.peek?.(ask);
        if (!token) {
          attempt.settle?.();
          token = await askSource(from, ask, attempt.signal);
        }
        const response = await attempt.send(headerFor(token, attempt.call));
        const rejected =
          !response.ok &&
          (isRejected ? await rejects(isRejected, response, attempt.signal) : response.status === 401);
        if (!rejected) return handedOver(response, attempt, from, token);
        return await afterRejection(attempt, from, token, response);
      } finally {
        attempt.release?.();
      }
    },
  };
}

/** Methods of which a second request has no further effect (RFC 9110 section 9.2.2). */
function isIdempotent(method: string): boolean {
  return /^(get|head|options|trace|query|put|delete)$/i.test(method);
}

/** Careless code leaves an empty value, `undefined` or `null` behind where a token was missing. */
function namesCredential(authorization: string): boolean {
  return !/^(bearer\s*)?(undefined|null)?$/i.test(authorization.trim());
}

/** Frees the connection of a response nobody will read. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
