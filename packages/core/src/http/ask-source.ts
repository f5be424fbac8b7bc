import { abortable } from '../abortable.ts';
import { invalidOption } from '../check-option.ts';
import { AuthError } from '../errors/auth-error.ts';
import type { AccessTokenInit, TokenAsk, TokenSource } from '../token.ts';
import { atOnce, NOTHING_SENT } from './at-once.ts';
import type { OutgoingRequest } from './attempt.ts';
import { isTokenSource, type TokenSourceLike } from './guard-options.ts';

/** How long a token must still live for a body that cannot be sent twice: a 401 would be final. */
export const STREAM_MIN_LIFE_MS = 60_000;

/** Errors that clients take for a failure of the request itself, and some of them for a reason to send it again. */
const SAID_OF_REQUESTS = /^(Type|Abort|Timeout|Network|HTTP)Error$/;

/**
 * The source of the token for this request.
 * @throws {ConfigurationError} when the function that picks it throws what is not ours, or returns something else
 */
export function sourceFor(
  { url, method, call }: Pick<OutgoingRequest, 'url' | 'method' | 'call'>,
  source: TokenSourceLike,
): TokenSource {
  if (typeof source !== 'function') return source;
  const picked: unknown = atOnce('source', NOTHING_SENT, () => source({ url, method, ...call.auth }));
  if (isTokenSource(picked)) return picked;
  throw invalidOption('source', 'must return a TokenSource for every call.');
}

/** What the token for this request must be. */
export function askFor(
  { call, replayable }: Pick<OutgoingRequest, 'call' | 'replayable'>,
  scopes: readonly string[] | undefined,
): TokenAsk | undefined {
  const wanted = (call.auth || undefined)?.scopes ?? scopes;
  if (replayable) return wanted && { scopes: wanted };
  return { scopes: wanted, minLifeMs: STREAM_MIN_LIFE_MS };
}

/**
 * The token that the source holds, if it can say so at once.
 * @throws {ConfigurationError} when its `peek` throws what is not ours, or returns a promise
 */
export function heldBy(source: TokenSource, ask: TokenAsk | undefined): AccessTokenInit | undefined {
  return source.peek && atOnce('source.peek', NOTHING_SENT, () => source.peek?.(ask));
}

/**
 * Waits for a token as long as the signal allows. A source's own errors pass, except those that would read as if
 * the request had been sent and had failed.
 * @throws {AuthError} `no_token`
 */
export async function tokenOf(
  source: TokenSource,
  ask: TokenAsk | undefined,
  signal: AbortSignal | undefined,
): Promise<AccessTokenInit> {
  let token: AccessTokenInit | null | undefined;
  try {
    token = await abortable(Promise.resolve(source.getToken({ ...ask, signal })), signal);
  } catch (error) {
    if (signal?.aborted || !(error instanceof Error) || !SAID_OF_REQUESTS.test(error.name)) throw error;
    throw noToken('the token source failed. Look at `cause`.', error);
  }
  if (token) return token;
  throw noToken('the token source resolved without a token. Where it has none it must reject.');
}

function noToken(why: string, cause?: unknown): AuthError {
  return new AuthError({ code: 'no_token', message: `Nothing was sent: ${why}`, cause });
}
