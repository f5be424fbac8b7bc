import { expect, test } from 'vitest';
import { held, redisFaults } from '../src/redis-faults.ts';
import { REDIS_TROUBLES } from '../src/redis-troubles.ts';

/* The short forms; `npm run campaign -- redis` runs the long ones. Each has servers of its own, and mostly waits. */

test.concurrent.each(Object.keys(REDIS_TROUBLES))(
  '%s: none redeemed twice by a server that forgives nothing, and callers are told the right thing',
  async (trouble) => {
    const figures = await redisFaults({ trouble, processes: 2, times: 1 });
    expect(figures).toMatchObject({ reuses: 0, bare: 0, familiesRevoked: 0, wrong: 0, sessionLives: true });
    expect(figures.refreshes).toBeGreaterThan(0);
    expect(held(figures)).toBe(true);
  },
  180_000,
);
