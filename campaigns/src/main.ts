import { parseArgs } from 'node:util';
import { startRedisServer } from '@everbearer/far-end/redis';
import { killAtEveryPoint } from './kill-points.ts';
import { killAtRandom } from './kills.ts';
import type { Store } from './open-store.ts';
import { pauseAtRandom } from './pauses.ts';
import { redisFaults, held as redisHeld } from './redis-faults.ts';
import { REDIS_TROUBLES } from './redis-troubles.ts';
import { runSaveFaults } from './run-save-faults.ts';
import { killAtEveryStep, type SaveKillFigures } from './save-kills.ts';
import { SAVES, type SaveKind } from './save-kinds.ts';
import { storm } from './storm.ts';

/*
 * The campaigns in full: `npm run campaign -- NAME`; storm, kills and pauses also over Redis, with `--store redis`.
 * docs/reliability.md says what each is about.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string' },
    callers: { type: 'string' },
    expiries: { type: 'string' },
    life: { type: 'string' },
    kills: { type: 'string' },
    points: { type: 'string' },
    times: { type: 'string' },
    pauses: { type: 'string' },
    minutes: { type: 'string' },
    grace: { type: 'string' },
    store: { type: 'string' },
    trouble: { type: 'string' },
    strangers: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const count = (name: Exclude<keyof typeof values, 'strangers' | 'help'>, standard: number) =>
  Number(values[name] ?? standard);
/** Seconds on the command line. Longer than a worker takes to start on a busy machine, since only then what a dead one left is taken over. */
const graceMs = 1_000 * count('grace', 120);
const minutes = count('minutes', 120);

const redis = values.store === 'redis' ? await startRedisServer() : undefined;
const store: { store?: Store } = redis
  ? { store: { redis: { port: redis.port }, library: 'node-redis' } }
  : {};

/** Each prints its figures and says whether they are what they must be. */
const CAMPAIGNS: Record<string, () => Promise<{ figures: object; held: boolean }>> = {
  async storm() {
    const processes = count('processes', 16);
    const callers = count('callers', 1_000);
    const expiries = count('expiries', 100);
    const lifeMs = 1_000 * count('life', 60);
    const requests = Math.min(callers, 50);
    const figures = await storm({ processes, callers, requests, expiries, lifeMs, ...store });
    const { failed, reuses, bare, refreshes } = figures;
    return { figures, held: failed === 0 && reuses === 0 && bare === 0 && refreshes === expiries };
  },
  async kills() {
    const processes = count('processes', 4);
    const figures = await killAtRandom({
      processes,
      kills: count('kills', 1_000),
      graceMs,
      minutes,
      ...store,
    });
    const { sessionLives, failed, damaged, familiesRevoked } = figures;
    return { figures, held: sessionLives && failed === 0 && damaged === 0 && familiesRevoked === 0 };
  },
  async 'kill-points'() {
    const options = {
      processes: count('processes', 4),
      points: count('points', 90),
      times: count('times', 11),
    };
    const figures = await killAtEveryPoint({ ...options, graceMs, minutes });
    const { sessionLives, failed, familiesRevoked } = figures;
    return { figures, held: sessionLives && failed === 0 && familiesRevoked === 0 };
  },
  async pauses() {
    const processes = count('processes', 3);
    const pauses = count('pauses', 500);
    const { strangers } = values;
    const figures = await pauseAtRandom({ processes, pauses, graceMs, minutes, strangers, ...store });
    const { sessionLives, stuck, regressions, dropped, familiesRevoked } = figures;
    return {
      figures,
      held: sessionLives && !stuck && regressions === 0 && dropped === 0 && familiesRevoked === 0,
    };
  },
  async redis() {
    const troubles = values.trouble === undefined ? Object.keys(REDIS_TROUBLES) : [values.trouble];
    const figures: Record<string, object> = {};
    let held = true;
    for (const trouble of troubles) {
      const options = { trouble, processes: count('processes', 4), times: count('times', 10) };
      const each = await redisFaults(options);
      figures[trouble] = each;
      held &&= redisHeld(each);
    }
    return { figures, held };
  },
  async saves() {
    const faults = await runSaveFaults('full');
    const figures: SaveKillFigures & typeof faults = { ...faults, kills: 0, wrong: [] };
    for (const kind of Object.keys(SAVES) as SaveKind[]) {
      const { kills, wrong } = await killAtEveryStep(kind);
      figures.kills += kills;
      figures.wrong.push(...wrong);
    }
    const { saves, cuts, renewals, wrong } = figures;
    const faulty = [saves, cuts, renewals].flatMap((each) => each.wrong);
    return { figures, held: faulty.length + wrong.length === 0 };
  },
};

const HELP = `npm run campaign -- NAME [options]

  storm        --processes 16 --callers 1000 --expiries 100 --life 60 (seconds) --store redis
  kills        --processes 4 --kills 1000 --grace 120 (seconds) --minutes 120 --store redis
  kill-points  --processes 4 --points 90 --times 11 --grace 120 --minutes 120
  pauses       --processes 3 --pauses 500 --grace 120 --minutes 120 --strangers --store redis
  saves
  redis        --processes 4 --times 10 --trouble ${Object.keys(REDIS_TROUBLES).join(' | ')}

The numbers are the defaults. Each prints its figures as JSON, and ends with 0 if what must hold did. docs/reliability.md says
what each is about.`;

const campaign = CAMPAIGNS[positionals[0] ?? ''];
if (values.help) {
  console.log(HELP);
} else if (campaign) {
  const { figures, held } = await campaign();
  console.log(JSON.stringify(figures));
  process.exitCode = held ? 0 : 1;
} else {
  console.error(`Name a campaign: ${Object.keys(CAMPAIGNS).join(', ')}. --help tells their options.`);
  process.exitCode = 2;
}
await redis?.stop();
