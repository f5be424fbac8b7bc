import { parseArgs } from 'node:util';
import { killAtRandom } from './kills.ts';
import { storm } from './storm.ts';

/* The campaigns in full: `npm run campaign -- storm --processes 8 --callers 200 --expiries 5`, `… -- kills --kills 30`. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string' },
    callers: { type: 'string' },
    expiries: { type: 'string' },
    life: { type: 'string' },
    kills: { type: 'string' },
  },
});
const count = (text: string | undefined, standard: number) => (text === undefined ? standard : Number(text));

switch (positionals[0]) {
  case 'storm': {
    const processes = count(values.processes, 8);
    const callers = count(values.callers, 200);
    const expiries = count(values.expiries, 5);
    const lifeMs = 1_000 * count(values.life, 12);
    const figures = await storm({ processes, callers, requests: Math.min(callers, 50), expiries, lifeMs });
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
  default:
    console.error('Name a campaign: storm or kills.');
    process.exitCode = 2;
}
