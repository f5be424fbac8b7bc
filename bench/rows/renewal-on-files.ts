import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baseline } from '../baseline.ts';
import { type Build, fileCallsOf, issue, loadBuild, renewing } from '../renewal-scene.ts';
import { median, milliseconds, type Theme } from '../row.ts';

const ROUNDS = 150;
/** As large as the record of a session. */
const TEXT = JSON.stringify(issue()).padEnd(4_200);

/** Replaces a file so that a power cut leaves the old text or the new one. */
async function durableWrite(folder: string): Promise<void> {
  const [draft, file] = [join(folder, 'draft'), join(folder, 'file')];
  const handle = await open(draft, 'w', 0o600);
  await handle.writeFile(TEXT);
  await handle.sync();
  await handle.close();
  await rename(draft, file);
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

/** One renewal over files, beside the same of the baseline and two durable writes: in turn, one by one. */
export const theme: Theme = {
  order: 8.1,
  async measure() {
    const around = mkdtempSync(join(tmpdir(), 'bench-renewal-'));
    try {
      const floorAt = join(around, 'floor');
      mkdirSync(floorAt);
      const on = (build: Build, name: string) =>
        renewing(build, build.file.fileBackend({ directory: join(around, name) }));
      const ours = await on(await loadBuild((name) => import.meta.resolve(name)), 'ours');
      const before = await on(await loadBuild(baseline().resolve), 'before');
      const subjects = {
        floor: async () => {
          await durableWrite(floorAt);
          await durableWrite(floorAt);
        },
        before,
        ours,
      };
      const times = { floor: [] as number[], before: [] as number[], ours: [] as number[] };
      for (let round = -10; round < ROUNDS; round++) {
        for (const [name, run] of Object.entries(subjects)) {
          const begunAt = performance.now();
          await run();
          if (round >= 0) times[name as keyof typeof times].push(performance.now() - begunAt);
        }
      }
      // A look that follows by itself counts as well.
      const settled = (run: () => Promise<unknown>) => fileCallsOf(() => run().then(() => sleep(300)));
      await sleep(300);
      const [callsBefore, calls] = [await settled(before), await settled(ours)];
      const [floorMs, beforeMs, oursMs] = [median(times.floor), median(times.before), median(times.ours)];
      // Of each round, since others on the machine slow down rounds, and not one of the three.
      const beside = (mine: readonly number[]) => median(mine.map((ms, at) => ms / (times.floor[at] ?? 0)));
      const [ratio, ratioBefore] = [beside(times.ours), beside(times.before)];
      const told = ({ syncs, opens, reads }: typeof calls) =>
        `${syncs} fsync, ${opens} opens, ${reads} folder reads`;
      return [
        {
          what: 'one renewal on files, beside two durable writes (write, fsync, rename, fsync of the folder)',
          floor: milliseconds(floorMs),
          ours: `${milliseconds(oursMs)}, ratio ${ratio.toFixed(2)} (before: ${milliseconds(beforeMs)}, ${ratioBefore.toFixed(2)})`,
          goal: 'ratio at most 1.3',
          met: ratio <= 1.3,
        },
        {
          what: 'the same: what it asks of the file system',
          floor: '4 fsync, 4 opens',
          ours: `${told(calls)} (before: ${told(callsBefore)})`,
          goal: 'at most 3 fsync and 8 opens',
          met: calls.syncs <= 3 && calls.opens <= 8,
        },
      ];
    } finally {
      rmSync(around, { recursive: true, force: true });
    }
  },
};
