import type { Clock } from '@everbearer/core';

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
  const settle = async () => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  };
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
      // Hashing runs on another thread, which this clock does not see.
      await new Promise((resolve) => setTimeout(resolve, 15));
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
