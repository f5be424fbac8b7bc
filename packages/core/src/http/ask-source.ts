import { abortable } from '../abortable.ts';
import { invalidOption } from '../check-option.ts';
import { AuthError } from '../errors/auth-error.ts';
import type { AccessTokenInit, TokenAsk, TokenSource } from '../token.ts';
import type { OutgoingRequest } from './attempt.ts';
import { isTokenSource, type TokenSourceLike } from './guard-options.ts';

/** How long a token must still live for a body that cannot be sent twice: a 401 would be final. */
export const STREAM_MIN_LIFE_MS = 60_000;

/** Errors that clients take for a failure of the request itself, and some of them for a reason to send it again. */
const SAID_OF_REQUESTS = /^(Type|Abort|Timeout|Network|HTTP)Error$/;

/**
 * The source of the token for this request.
 * @throws {ConfigurationError} when the function that picks it returned something else
 */
export function sourceFor({ url, method, call }: OutgoingRequest, source: TokenSourceLike): TokenSource {
  if (typeof source !== 'function') return source;
  const picked: unknown = source({ url, method, ...call.auth });
  if (isTokenSource(picked)) return picked;
  throw invalidOption('source', 'must return a TokenSource for every call.');
}

/** What the token for this request must be. */
export function askFor(
  { call, replayable }: OutgoingRequest,
  scopes: readonly string[] | undefined,
): TokenAsk | undefined {
  const wanted = (call.auth || undefined)?.scopes ?? scopes;
  if (replayable) return wanted && { scopes: wanted };
  return { scopes: wanted, minLifeMs: STREAM_MIN_LIFE_MS };
}

/**
 * Waits for a token as long as the signal allows. A source's own errors pass, except those that would read as if
 * the request had been sent and had failed.
 * @throws {AuthError} `no_token`
 */
export async function askSource(
  source: TokenSource,
  ask: TokenAsk | undefined,
  signal: AbortSignal | undefined,
): Promise<AccessTokenInit> {
  let cause: unknown;
  try {
    const token: AccessTokenInit | null | undefined = await abortable(
      source.getToken({ ...ask, signal }),
      signal,
    );
    if (token) return token;
  } catch (error) {
    if (signal?.aborted || !(error instanceof Error) || !SAID_OF_REQUESTS.test(error.name)) throw error;
    cause = error;
  }
  const what = cause ? 'failed. Look at `cause`' : 'resolved to no token. It must reject instead';
  throw new AuthError({ code: 'no_token', message: `Nothing was sent: the token source ${what}.`, cause });
}
