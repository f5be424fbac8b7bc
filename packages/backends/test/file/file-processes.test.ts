import { setTimeout } from 'node:timers/promises';
import { fileBackend } from '@everbearer/backends/file';
import { expect, test } from 'vitest';
import { startScenario } from '../support/scenario.ts';
import { folderOf, otherNames, temporaryDirectory, versionsIn } from '../support/state-files.ts';

const KEY = 'counter';
const ZERO = JSON.stringify({ number: 0, by: [] });
const numberIn = (stored: { data: string } | undefined) => JSON.parse(stored?.data ?? '{}').number as number;

test('eight processes add one fifty times each, and no update is lost', { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  await backend.save(KEY, ZERO, undefined);
  const saved: number[] = [];
  const processes = Array.from({ length: 8 }, () =>
    startScenario('count-up', [directory, KEY, '50'], (number) => saved.push(number)),
  );
  expect(await Promise.all(processes.map(({ ended }) => ended()))).toEqual(
    Array(8).fill({ code: 0, signal: null }),
  );
  expect(saved.sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
  expect(numberIn(await backend.load(KEY))).toBe(400);
  const folder = folderOf(directory, KEY);
  expect(versionsIn(folder)).toEqual(Array.from({ length: 16 }, (_, i) => 401 - i));
  expect(otherNames(folder)).toEqual([]);
});

test('thirty kills in the middle of saves: nothing damaged, nothing acknowledged is lost', {
  timeout: 60_000,
}, async () => {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  await backend.save(KEY, ZERO, undefined);
  const saved: number[] = [];
  let kills = 0;

  async function killAgainAndAgain(): Promise<void> {
    while (kills < 30) {
      kills++;
      const { promise: working, resolve: isWorking } = Promise.withResolvers<void>();
      const child = startScenario('count-up', [directory, KEY, '1000000'], (number) => {
        saved.push(number);
        isWorking();
      });
      await Promise.race([working, child.ended()]);
      await setTimeout(Math.random() * 30);
      await child.kill();
      expect(await child.ended()).toEqual({ code: null, signal: 'SIGKILL' });
    }
  }

  await Promise.all(Array.from({ length: 3 }, killAgainAndAgain));
  const last = await backend.load(KEY);
  expect(last?.recovered).toBeUndefined();
  const number = numberIn(last);
  expect(new Set(saved).size).toBe(saved.length);
  expect(number).toBeGreaterThanOrEqual(Math.max(...saved));
  // One version for each number: every save that took place stood on the one before it.
  expect(versionsIn(folderOf(directory, KEY))[0]).toBe(number + 1);
  // At most one save for each kill was made and not acknowledged.
  expect(number - saved.length).toBeLessThanOrEqual(kills);

  await backend.save(KEY, 'the next save sweeps up', last?.version);
  expect(otherNames(folderOf(directory, KEY))).toEqual([]);
});
