import { parseArgs } from 'node:util';
import { startRedisServer } from '@everbearer/testing/redis';
import { killAtRandom } from './kills.ts';
import type { Store } from './open-store.ts';
import { redisFaults, held as redisHeld } from './redis-faults.ts';
import { REDIS_TROUBLES } from './redis-troubles.ts';
import { storm } from './storm.ts';

/*
 * The campaigns in full: `npm run campaign -- storm --processes 8 --callers 200 --expiries 5`, `… -- kills --kills 30`, both
 * over Redis with `--store redis`, and `… -- redis --trouble failover --times 50`.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string' },
    callers: { type: 'string' },
    expiries: { type: 'string' },
    kills: { type: 'string' },
    store: { type: 'string' },
    trouble: { type: 'string' },
    times: { type: 'string' },
  },
});
const count = (text: string | undefined, standard: number) => (text === undefined ? standard : Number(text));

const redis = values.store === 'redis' ? await startRedisServer() : undefined;
const store: { store?: Store } = redis
  ? { store: { redis: { port: redis.port }, library: 'node-redis' } }
  : {};

switch (positionals[0]) {
  case 'storm': {
    const processes = count(values.processes, 8);
    const callers = count(values.callers, 200);
    const expiries = count(values.expiries, 5);
    const figures = await storm({ processes, callers, expiries, lifeMs: 12_000, ...store });
    console.log(JSON.stringify(figures));
    const held =
      figures.failed === 0 && figures.reuses === 0 && figures.bare === 0 && figures.refreshes === expiries;
    process.exitCode = held ? 0 : 1;
    break;
  }
  case 'kills': {
    const figures = await killAtRandom({
      processes: count(values.processes, 4),
      kills: count(values.kills, 30),
      graceMs: 10_000,
      ...store,
    });
    console.log(JSON.stringify(figures));
    const held =
      figures.sessionLives &&
      figures.failed === 0 &&
      figures.damaged === 0 &&
      figures.familiesRevoked === 0 &&
      figures.slowestMs < 1_500;
    process.exitCode = held ? 0 : 1;
    break;
  }
  case 'redis': {
    const troubles = values.trouble === undefined ? Object.keys(REDIS_TROUBLES) : [values.trouble];
    for (const trouble of troubles) {
      const processes = count(values.processes, 4);
      const figures = await redisFaults({ trouble, processes, times: count(values.times, 10) });
      console.log(JSON.stringify(figures));
      if (!redisHeld(figures)) process.exitCode = 1;
    }
    break;
  }
  default:
    console.error('Name a campaign: storm, kills or redis.');
    process.exitCode = 2;
}
await redis?.stop();
