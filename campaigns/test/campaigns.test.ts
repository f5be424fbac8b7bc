import { watchStalls } from '@everbearer/far-end/support/machine-stalls';
import { expect, test } from 'vitest';
import { killAtEveryPoint } from '../src/kill-points.ts';
import { killAtRandom } from '../src/kills.ts';
import { pauseAtRandom } from '../src/pauses.ts';
import { storm } from '../src/storm.ts';

/* The short forms; `npm run campaign` runs the long ones. */

test('4 processes × 50 callers × 3 expiries over one directory: exactly 3 refreshes, none redeemed twice, none failed', async () => {
  const figures = await storm({ processes: 4, callers: 50, requests: 50, expiries: 3, lifeMs: 6_000 });
  expect(figures).toMatchObject({ calls: 600, failed: 0, refreshes: 3, reuses: 0, bare: 0, atOnce: 1 });
}, 90_000);

test('6 processes killed in the middle of a renewal: the session lives, nothing is damaged, takeover within a second', async () => {
  using stalls = watchStalls();
  const figures = await killAtRandom({ processes: 3, kills: 6, graceMs: 10_000, minutes: 5 });
  expect(figures.faults).toEqual({});
  expect(figures).toMatchObject({ failed: 0, damaged: 0, familiesRevoked: 0, sessionLives: true });
  expect(figures.takeovers).toBeGreaterThan(0);
  // A takeover and its own renewal, which takes the server 200 ms. A call passes through four processes.
  expect(figures.slowestMs - 4 * stalls.longestMs).toBeLessThan(1_500);
}, 90_000);

test('12 processes that die right before a system call of the file backend: the session lives, and no other process notices', async () => {
  const figures = await killAtEveryPoint({
    processes: 3,
    points: 12,
    stride: 7,
    times: 1,
    graceMs: 120_000,
    minutes: 5,
  });
  expect(figures).toMatchObject({ kills: 12, failed: 0, reuses: 0, familiesRevoked: 0, sessionLives: true });
}, 120_000);

test('3 holders paused for longer than their lease: no version older than the one before it, no rotation dropped', async () => {
  const figures = await pauseAtRandom({ processes: 3, pauses: 3, graceMs: 120_000, minutes: 5 });
  expect(figures).toMatchObject({
    pauses: 3,
    missed: 0,
    regressions: 0,
    dropped: 0,
    reuses: 0,
    sessionLives: true,
  });
  expect(figures.rotations).toBeGreaterThanOrEqual(3);
  expect(figures.graced).toBeLessThanOrEqual(2 * figures.pauses);
}, 120_000);

test('3 holders paused for longer than their lease, on a server that forgives nothing: the session lives', async () => {
  const figures = await pauseAtRandom({ processes: 3, pauses: 3, graceMs: 0, minutes: 5 });
  expect(figures).toMatchObject({
    pauses: 3,
    missed: 0,
    regressions: 0,
    dropped: 0,
    reuses: 0,
    familiesRevoked: 0,
    sessionLives: true,
  });
}, 120_000);
