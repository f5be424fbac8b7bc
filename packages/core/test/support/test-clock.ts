import type { Clock } from '@everbearer/core';

/**
 * Hashes that are being made. Node makes them on another thread, which no clock of ours sees: time stands still until
 * they are done, as it does for everything else that takes none.
 */
const hashing = new Set<Promise<unknown>>();
const digest = crypto.subtle.digest.bind(crypto.subtle);
crypto.subtle.digest = (algorithm, data) => {
  const hash = digest(algorithm, data);
  hashing.add(hash);
  const done = () => void hashing.delete(hash);
  hash.then(done, done);
  return hash;
};

/** Lets everything happen that waits for no time to pass. */
async function settle(): Promise<void> {
  do {
    await Promise.allSettled(hashing);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  } while (hashing.size > 0);
}

/** A clock that moves when told; sleepers wake in order as it passes them. */
export interface TestClock extends Clock {
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as an administrator would. */
  setBack(ms: number): void;
}

export function testClock(start = 1_700_000_000_000): TestClock {
  let elapsed = 0;
  let offset = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => start + elapsed + offset,
    monotonic: () => elapsed,
    setBack(ms) {
      offset -= ms;
    },
    sleep(ms, { signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { at: elapsed + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          reject(signal.reason);
        });
      });
    },
    async advance(ms) {
      const until = elapsed + ms;
      for (;;) {
        await settle();
        const next = sleepers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        elapsed = Math.max(elapsed, next.at);
        sleepers = sleepers.filter((each) => each !== next);
        next.wake();
      }
      elapsed = until;
      await settle();
    },
  };
}
