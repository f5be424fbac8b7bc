import { abortable } from '../abortable.ts';
import { atOnce, careless, RESPONSE_LOST } from './at-once.ts';
import type { GuardOptions } from './guard-options.ts';
import { discardBody } from './kept-body.ts';

/**
 * Whether a response goes to the caller unread: one of success that `successes` does not choose.
 * @throws {ConfigurationError} when `successes` throws, or returns a promise
 */
export function passesUnread(response: Response, successes: GuardOptions['successes']): boolean {
  if (!response.ok || !successes) return response.ok;
  try {
    return atOnce('successes', RESPONSE_LOST, () => successes(response)) !== true;
  } catch (error) {
    discardBody(response);
    throw error;
  }
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
    discardBody(response);
    throw signal?.aborted ? error : careless('isRejected', RESPONSE_LOST, error);
  }
}
