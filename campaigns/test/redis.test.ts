import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { watchStalls } from '@everbearer/far-end/support/machine-stalls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killAtRandom } from '../src/kills.ts';
import type { Store } from '../src/open-store.ts';
import { pauseAtRandom } from '../src/pauses.ts';
import { storm } from '../src/storm.ts';

/* The short forms; `npm run campaign` runs the long ones. */

let server: RedisServer;
const store = (): Store => ({ redis: { port: server.port }, library: 'node-redis' });

beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

test('4 processes × 50 callers × 3 expiries over one Redis: exactly 3 refreshes, none redeemed twice, none failed', async () => {
  const figures = await storm({ processes: 4, callers: 50, expiries: 3, lifeMs: 6_000, store: store() });
  expect(figures).toMatchObject({ calls: 600, failed: 0, refreshes: 3, reuses: 0, bare: 0, atOnce: 1 });
}, 90_000);

test('processes killed in the middle of a renewal over one Redis: the session lives, takeover within a second', async () => {
  await server.command('FLUSHALL');
  using stalls = watchStalls();
  const figures = await killAtRandom({ processes: 3, kills: 6, graceMs: 10_000, store: store() });
  expect(figures).toMatchObject({ failed: 0, damaged: 0, familiesRevoked: 0, sessionLives: true });
  expect(figures.takeovers).toBeGreaterThan(0);
  // A takeover and its own renewal, which takes the server 200 ms. A call passes through four processes.
  expect(figures.slowestMs - 4 * stalls.longestMs).toBeLessThan(1_500);
}, 90_000);

test('3 holders paused for longer than their lease, over one Redis: no version older than the one before it, none dropped', async () => {
  await server.command('FLUSHALL');
  const figures = await pauseAtRandom({
    processes: 3,
    pauses: 3,
    graceMs: 120_000,
    minutes: 5,
    store: store(),
  });
  expect(figures).toMatchObject({ pauses: 3, regressions: 0, dropped: 0, reuses: 0, sessionLives: true });
  expect(figures.rotations).toBeGreaterThanOrEqual(3);
}, 120_000);
