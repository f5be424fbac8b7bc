import { constants } from 'node:os';

/**
 * Within this time of the first, a signal is the same one: `timeout` and terminals send it to the process and to its group.
 * Later it is another one, of somebody who will not wait.
 */
const ONE_SIGNAL_MS = 1_000;

/** Aborts at the first SIGINT or SIGTERM, so that what is under way is finished. A second one ends the process at once. */
export function endingSignals(): AbortSignal {
  const ending = new AbortController();
  let firstAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (firstAt !== undefined && performance.now() - firstAt > ONE_SIGNAL_MS)
        process.exit(128 + constants.signals[name]);
      firstAt ??= performance.now();
      ending.abort();
    });
  }
  return ending.signal;
}
