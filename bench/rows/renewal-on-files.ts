import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baseline } from '../baseline.ts';
import { durableWrite } from '../durable-write.ts';
import { inDrawnOrder } from '../measure.ts';
import { type Build, type FileCalls, fileCallsOf, issue, loadBuild, renewing } from '../renewal-scene.ts';
import { median, milliseconds, quantile, type Theme } from '../row.ts';

const PAIRS = 300;
/** As large as the record of a session. */
const TEXT = JSON.stringify(issue()).padEnd(4_200);

/** How long both take, one after the other in an order that is drawn: how long a disk takes to sync changes from one moment to the next. */
async function inPairs(floor: () => Promise<unknown>, mine: () => Promise<unknown>) {
  const times = { floor: [] as number[], mine: [] as number[] };
  for (let pair = -10; pair < PAIRS; pair++) {
    for (const [name, run] of inDrawnOrder([['floor', floor] as const, ['mine', mine] as const])) {
      const begunAt = performance.now();
      await run();
      if (pair >= 0) times[name].push(performance.now() - begunAt);
    }
  }
  const ratios = times.mine.map((ms, at) => ms / (times.floor[at] ?? Number.NaN));
  return { floorMs: median(times.floor), ms: median(times.mine), ratios, ratio: median(ratios) };
}

/** One renewal over files, beside two durable writes; and the same of the baseline. */
export const theme: Theme = {
  order: 8.1,
  seconds: 10,
  hasBaseline: true,
  async measure() {
    const around = mkdtempSync(join(tmpdir(), 'bench-renewal-'));
    try {
      const floorAt = join(around, 'floor');
      mkdirSync(floorAt);
      const floor = async () => {
        await durableWrite(floorAt, TEXT);
        await durableWrite(floorAt, TEXT);
      };
      const on = async (build: Build, name: string) => {
        const renew = await renewing(build, build.file.fileBackend({ directory: join(around, name) }));
        const paired = await inPairs(floor, renew);
        // A look that follows by itself counts as well.
        await sleep(300);
        return { ...paired, calls: await fileCallsOf(() => renew().then(() => sleep(300))) };
      };
      const before = await on(await loadBuild(baseline().resolve), 'before');
      const ours = await on(await loadBuild((name) => import.meta.resolve(name)), 'ours');
      const [least, most] = [0.25, 0.75].map((share) => quantile(ours.ratios, share).toFixed(2));
      const told = ({ syncs, opens, reads }: FileCalls) =>
        `${syncs} fsync, ${opens} opens, ${reads} folder reads`;
      return [
        {
          what: 'one renewal on files, beside two durable writes (write, fsync, rename, fsync of the folder)',
          floor: milliseconds(ours.floorMs),
          ours: `${milliseconds(ours.ms)}, ratio ${ours.ratio.toFixed(2)}, half of ${PAIRS} pairs from ${least} to ${most} (before: ${before.ratio.toFixed(2)})`,
          goal: 'ratio at most 1.3',
          met: ours.ratio <= 1.3,
        },
        {
          what: 'the same: what it asks of the file system',
          floor: '4 fsync, 4 opens',
          ours: `${told(ours.calls)} (before: ${told(before.calls)})`,
          goal: 'at most 3 fsync and 8 opens',
          met: ours.calls.syncs <= 3 && ours.calls.opens <= 8,
        },
      ];
    } finally {
      rmSync(around, { recursive: true, force: true });
    }
  },
};
