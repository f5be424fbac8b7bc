import { abortable } from '../abortable.ts';
import { invalidOption } from '../check-option.ts';
import { AuthError } from '../errors/auth-error.ts';
import { forgive } from '../forgive.ts';
import type { GuardOptions } from './guard-options.ts';
import { discardBody } from './kept-body.ts';

/**
 * Whether a response goes to the caller unread: one of success that `successes` does not choose.
 * @throws {ConfigurationError} when `successes` throws, or returns a promise
 */
export function passesUnread(response: Response, successes: GuardOptions['successes']): boolean {
  if (!response.ok || !successes) return response.ok;
  let chosen: unknown;
  try {
    chosen = successes(response);
  } catch (error) {
    throw careless('successes', response, error);
  }
  if (!forgive(chosen)) return chosen !== true;
  discardBody(response);
  throw invalidOption('successes', 'must answer at once: it returned a promise.');
}

/**
 * Whether a response rejects the token. Only `isRejected` may take its time.
 * @throws {ConfigurationError} when it throws
 * @throws the reason of the signal
 */
export async function isRejection(
  response: Response,
  isRejected: NonNullable<GuardOptions['isRejected']>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const rejected = isRejected(response);
    return typeof rejected === 'object' ? await abortable(Promise.resolve(rejected), signal) : rejected;
  } catch (error) {
    if (!signal?.aborted) throw careless('isRejected', response, error);
    discardBody(response);
    throw error;
  }
}

/** Nobody will read the response. */
function careless(option: string, response: Response, cause: unknown): unknown {
  discardBody(response);
  if (cause instanceof AuthError) return cause;
  return invalidOption(
    option,
    'threw. Look at `cause`, and mend it: the request was sent, and its response is lost.',
    cause,
  );
}
