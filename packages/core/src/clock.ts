/** Time and chance as the library sees them: two clocks, one timer and one die. Tests hand in their own. */
export interface Clock {
  /** Wall clock, whole milliseconds since the epoch. It may jump. */
  now(): number;
  /** Milliseconds since some fixed moment. It never goes back, and may stand still while the machine sleeps. */
  monotonic(): number;
  /**
   * Resolves after `ms`; rejects with the signal's reason when that comes first.
   * `ref: false` lets the process end meanwhile.
   */
  sleep(ms: number, options?: { signal?: AbortSignal | undefined; ref?: boolean | undefined }): Promise<void>;
  /** A random number in [0, 1). Default: `Math.random()`. */
  random?: (() => number) | undefined;
}

/** The longest delay `setTimeout` keeps; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** A clock that has its own chance. */
export type WholeClock = Required<Clock> & { random(): number };

export const systemClock: WholeClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  sleep(ms, { signal, ref = true } = {}) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.min(Math.max(ms, 0), LONGEST_TIMER_MS),
      );
      if (!ref) (timer as { unref?: () => void }).unref?.();
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

/** Tells how long ago it was started: one clock may stand still while the machine sleeps, the other may be set back. */
export function stopwatch({ now, monotonic }: Clock): () => number {
  const [wall, steady] = [now(), monotonic()];
  return () => Math.max(now() - wall, monotonic() - steady);
}

/**
 * How many pauses, and of how many milliseconds each, go before a deadline is believed, so that what has already arrived
 * is read.
 */
const READS = 3;
const READ_MS = 50;

/**
 * Resolves once `ms` have passed and what had arrived by then was read. A process that was stopped or busy wakes with its
 * timers due and its answers still in its sockets, and runtimes look at the timers first: each short pause behind a
 * deadline gives them a turn to read.
 */
export async function deadline(
  clock: Clock,
  ms: number,
  options?: Parameters<Clock['sleep']>[1],
): Promise<void> {
  await clock.sleep(ms, options);
  for (let read = 0; read < READS; read++) await clock.sleep(READ_MS, options);
}
