import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { encrypted } from '@everbearer/backends/encrypted';
import { fileBackend } from '@everbearer/backends/file';
import { keyFromFile } from '@everbearer/backends/sealing-keys';
import { expect, test } from 'vitest';
import { scenario, startScenario } from '../support/scenario.ts';
import { damageOf, headerOf } from '../support/sealing.ts';
import { temporaryDirectory } from '../support/state-files.ts';

const KEY = 'counter';

function keyFileNamed(name: string): string {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o400 });
  return file;
}

/** While keys are changed, some processes already seal with the new key and others still with the old one. */
test('processes with rotated key rings share one directory, and no update is lost', {
  timeout: 60_000,
}, async () => {
  const directory = temporaryDirectory();
  const [older, newer] = [keyFileNamed('older'), keyFileNamed('newer')];
  const plain = fileBackend({ directory });
  const ring = (...files: string[]) => encrypted(plain, { keys: files.map((file) => keyFromFile(file)) });
  await ring(older).save(KEY, JSON.stringify({ number: 0, by: [] }), undefined);

  const kidNow = async () => headerOf((await plain.load(KEY))?.data ?? '')['kid'];
  const seen = new Set([await kidNow()]);
  const saved: number[] = [];
  const rings = [
    [older, newer],
    [newer, older],
    [older, newer],
    [newer, older],
  ];
  const processes = rings.map((files) =>
    startScenario('count-up', [directory, KEY, '40', ...files], (number) => saved.push(number)),
  );
  let ended = false;
  const all = Promise.all(processes.map((started) => started.ended())).finally(() => {
    ended = true;
  });
  while (!ended) {
    seen.add(await kidNow());
    await pause(5);
  }

  expect(await all).toEqual(Array(4).fill({ code: 0, signal: null }));
  expect(saved.sort((a, b) => a - b)).toEqual(Array.from({ length: 160 }, (_, i) => i + 1));
  expect(seen.size).toBe(2);
  expect(JSON.parse((await ring(older, newer).load(KEY))?.data ?? '')).toMatchObject({ number: 160 });
  await plain.close();
});

test('a process without the new key says so, and overwrites nothing', async () => {
  const directory = temporaryDirectory();
  const [older, newer] = [keyFileNamed('older'), keyFileNamed('newer')];
  const plain = fileBackend({ directory });
  const text = JSON.stringify({ number: 7, by: [] });
  await encrypted(plain, { keys: [keyFromFile(newer)] }).save(KEY, text, undefined);
  const before = await plain.load(KEY);

  await expect(scenario('count-up', [directory, KEY, '1', older])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('that is not in `keys`'),
  });
  expect(await plain.load(KEY)).toEqual(before);
  await damageOf(encrypted(plain, { keys: [keyFromFile(older)] }).load(KEY));
  await plain.close();
});
