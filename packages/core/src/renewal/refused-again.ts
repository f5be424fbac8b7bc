import { ConfigurationError } from '../errors/configuration-error.ts';
import { EndpointFailure } from '../errors/endpoint-failure.ts';
import { wordsOf } from '../record/last-failure.ts';
import type { StoredRefusal } from '../record/stored-refusal.ts';
import { type EndpointFault, mayHaveRotated, type PauseGrowth, pauseAfter } from './refusal-table.ts';

/** A refusal that came now. */
export interface NewRefusal {
  /** What is left of the pause of the one before. */
  leftMs: number;
  error: EndpointFault;
  growth: PauseGrowth;
  now: number;
  /** In [0, 1). */
  random: number;
}

/**
 * How the record keeps a refusal. The pause grows from one to the next; a caller who asked before it was over, as `renew()`
 * and new processes do, makes it no longer.
 */
export function refusedAgain(
  before: StoredRefusal | undefined,
  { error, growth, leftMs, now, random }: NewRefusal,
): StoredRefusal {
  const words = wordsOf(error);
  const retryAfterMs = error instanceof ConfigurationError ? undefined : error.retryAfterMs;
  const asked = retryAfterMs !== undefined && retryAfterMs > 0;
  if (before && !asked && leftMs > 0) return { ...before, ...words };
  const failures = Math.min((before?.failures ?? 0) + 1, MOST_COUNTED);
  const pauseMs = pauseAfter(failures, retryAfterMs, random, growth);
  // Nobody presents again at once what a success may have replaced.
  const holdsForAll = asked || mayHaveRotated(error);
  return { ...words, failures, pauseMs, notBefore: now + pauseMs, asked: holdsForAll || undefined };
}

/** From here on a pause no longer grows. */
const MOST_COUNTED = 1_000;

/** A refusal or failure that the record keeps as an error, for a caller whose ask is not sent. */
export function refusalError(
  { code, status, description }: Pick<StoredRefusal, 'code' | 'status' | 'description'>,
  retryAfterMs: number,
): EndpointFailure {
  return new EndpointFailure({ code, status, description, retryAfterMs, sent: false, retryable: false });
}
