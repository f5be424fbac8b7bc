import type { WholeClock } from '../clock.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';

/**
 * Conflicts in a row. With their pauses they take about ten seconds, in which one of any number of processes gets
 * through.
 */
export const MOST_CONFLICTS = 50;

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/**
 * The error after this many saves in a row, each of which the store refused because, it said, something else was stored.
 */
export function endlessConflicts(saves: number = MOST_CONFLICTS): TokenBackendError {
  return new TokenBackendError({
    code: 'unavailable',
    message: `The token backend said at each of ${saves} saves in a row that another process wrote first. Check that it is read from where it is written, and that its compare-and-save works; the tokens in memory are kept.`,
  });
}

/** Waits after this conflict in a row, before the store is asked again. After the first one there is no wait. */
export async function waitAfter(
  conflicts: number,
  clock: WholeClock,
  options?: Parameters<WholeClock['sleep']>[1],
): Promise<void> {
  if (conflicts <= 1) return;
  const longestMs = Math.min(FIRST_PAUSE_MS * 1.5 ** (conflicts - 2), LONGEST_PAUSE_MS);
  await clock.sleep(longestMs * (0.5 + clock.random() / 2), options);
}
