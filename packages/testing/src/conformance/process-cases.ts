import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConformanceBench, type ConformanceCase, KEY, needsCompare } from './conformance-case.ts';
import { firstCount, parseCount } from './conformance-count.ts';
import type { StoreElsewhere } from './conformance-messages.ts';
import { type ConformanceWorker, openElsewhere } from './conformance-worker.ts';
import { killInSave, killPlan } from './kill-in-save.ts';
import { saved } from './save-cases.ts';

/** What may hold within one process and break between several: real processes, kills and pauses. */
export const PROCESS_CASES: readonly ConformanceCase[] = [
  {
    name: 'of several processes that save at once on one version exactly one wins',
    skip: needsProcesses,
    async run(bench) {
      await withWorkers(bench, async (workers) => {
        let version: string | undefined;
        for (let round = 0; round < 10; round++) {
          const texts = workers.map((_, index) => `round ${round}, process ${index}`);
          const versions = await Promise.all(
            workers.map((worker, index) => worker.save(KEY, texts[index] as string, version)),
          );
          const winners = versions.filter((each) => each !== undefined);
          assert.equal(winners.length, 1, `exactly one process may win, not ${winners.length}`);
          version = winners[0];
          const data = texts[versions.indexOf(version)];
          assert.partialDeepStrictEqual(await bench.backend.load(KEY), { data, version });
        }
      });
    },
  },
  {
    name: 'several processes count up together, and no update is lost',
    skip: needsProcesses,
    async run(bench) {
      await saved(bench.backend, KEY, firstCount());
      await withWorkers(bench, async (workers) => {
        for (const worker of workers) worker.count(KEY, 25);
        await Promise.all(workers.map((worker) => worker.counted(25)));
        assertNothingLost(workers.flatMap(({ numbers }) => numbers));
        const { number } = parseCount((await bench.backend.load(KEY))?.data);
        assert.equal(number, workers.length * 25, 'each update counts once');
      });
    },
  },
  {
    name: 'processes that are killed in the middle of saves lose nothing and block nobody',
    skip: needsProcesses,
    async run(bench) {
      await saved(bench.backend, KEY, firstCount());
      await withWorkers(bench, async (workers, open) => {
        for (const worker of workers) worker.count(KEY);
        for (const kill of killPlan(workers.length)) {
          await killInSave(workers, kill, open, KEY);
          // Every process that is left goes on, whatever the killed one held.
          await Promise.all(workers.map((worker) => worker.counted(worker.numbers.length + 1)));
        }
        await Promise.all(workers.map((worker) => worker.finish()));
      });
      await assertStored(bench);
    },
  },
  {
    name: 'processes that are paused in the middle of saves overwrite nothing when they wake',
    skip: (bench) =>
      needsProcesses(bench) || (process.platform === 'win32' && 'there are no pauses on Windows'),
    async run(bench) {
      await saved(bench.backend, KEY, firstCount());
      await withWorkers(bench, async (workers) => {
        for (const worker of workers) worker.count(KEY);
        await Promise.all(workers.map((worker) => worker.counted(1)));
        // Each process runs twice while the others are paused: so almost every pause at a wrong moment is found.
        for (let round = 0; round < 2 * workers.length; round++) {
          const paused = workers.filter((_, index) => index !== round % workers.length);
          for (const worker of paused) worker.pause();
          await sleep(bench.pauseMs);
          for (const worker of paused) worker.resume();
          await sleep(50);
        }
        await Promise.all(workers.map((worker) => worker.finish()));
      });
      await assertStored(bench);
    },
  },
];

function needsProcesses(bench: ConformanceBench): string | false {
  const { cas } = bench.backend.capabilities;
  if (cas !== 'shared') return needsCompare(bench) || 'processes do not share';
  return !bench.store.elsewhere && '`elsewhere` does not say how another process opens this store';
}

type Open = () => Promise<ConformanceWorker>;

/** Ends every process afterwards, and keeps what they were told for the last check. */
async function withWorkers(
  bench: ConformanceBench,
  work: (workers: ConformanceWorker[], open: Open) => Promise<void>,
): Promise<void> {
  const opened: ConformanceWorker[] = [];
  const open = async () => {
    const worker = await openElsewhere(bench.store.elsewhere as StoreElsewhere, bench.patienceMs);
    opened.push(worker);
    return worker;
  };
  try {
    await work(await Promise.all(Array.from({ length: bench.processes }, open)), open);
  } finally {
    await Promise.all(opened.map((worker) => worker.kill()));
    bench.acknowledged.push(...opened.flatMap(({ numbers }) => numbers));
  }
}

/** If an update was lost, two processes were told that they saved the same number. */
function assertNothingLost(numbers: readonly number[]): void {
  const twice = numbers.length - new Set(numbers).size;
  assert.equal(twice, 0, `${twice} of ${numbers.length} updates were overwritten by another process`);
}

async function assertStored({ backend, another, acknowledged }: ConformanceBench): Promise<void> {
  assertNothingLost(acknowledged);
  const stored = await (await another()).load(KEY);
  const { number } = parseCount(stored?.data);
  assert.ok(!stored?.recovered, 'no kill may damage the record');
  const most = Math.max(...acknowledged);
  assert.ok(number >= most, `${most} was acknowledged, and ${number} is stored`);
  await saved(backend, KEY, `after ${number}`, stored?.version);
}
