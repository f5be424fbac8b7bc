import { afterAll, beforeAll, vi } from 'vitest';

export const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;

/**
 * A clock for all tests of a file that says what they tell it, to this library and to the servers in this process alike.
 * Timers and the monotonic clock are those of the machine, so each command and each program that starts meets it as it would
 * meet that day.
 */
export function movedClock(): { advance(ms: number): void } {
  beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterAll(() => void vi.useRealTimers());
  return { advance: (ms) => void vi.setSystemTime(Date.now() + ms) };
}
