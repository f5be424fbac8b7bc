import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { expect, test } from 'vitest';
import { createDrafts } from '../../src/file/drafts.ts';
import { publishVersion } from '../../src/file/publish-version.ts';
import { readVersion, type VersionFile } from '../../src/file/version-files.ts';
import { folderOf, keysOf, otherNames, temporaryDirectory, versionsIn } from '../support/state-files.ts';

const KEY = 'record';

function opened(directory = temporaryDirectory()) {
  return { directory, backend: fileBackend({ directory }), folder: folderOf(directory, KEY) };
}

async function saves(backend: ReturnType<typeof fileBackend>, times: number): Promise<string[]> {
  const versions: string[] = [];
  for (let i = 0; i < times; i++) {
    versions.push((await backend.save(KEY, `text ${i}`, versions.at(-1))) as string);
  }
  return versions;
}

test('after deletions, old versions stay old and no new one is like them', async () => {
  const { backend, folder } = opened();
  const seen = new Set<string>();
  for (let round = 1; round <= 5; round++) {
    const version = (await backend.save(KEY, 'same text', undefined)) as string;
    for (const old of seen) {
      expect(await backend.save(KEY, 'stale', old)).toBeUndefined();
      expect(await backend.delete(KEY, old)).toBe(false);
    }
    seen.add(version);
    expect(await backend.delete(KEY, version)).toBe(true);
    expect(await backend.load(KEY)).toBeUndefined();
    expect(await keysOf(backend)).toEqual([]);
  }
  expect(seen.size).toBe(5);
  expect(versionsIn(folder)).toEqual([10]);
});

test('a deleted record leaves no text on the disk', async () => {
  const { backend, directory, folder } = opened();
  const versions = await saves(backend, 5);
  await backend.delete(KEY, versions.at(-1) as string);
  const left = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(left.join('\n')).not.toContain('text');
  expect(readdirSync(directory)).toHaveLength(1);
});

test('a directory removed by hand is empty, and refilled under other versions', async () => {
  const { backend, directory } = opened();
  const [first] = await saves(backend, 1);
  rmSync(directory, { recursive: true });
  expect(await backend.load(KEY)).toBeUndefined();
  expect(await backend.save(KEY, 'stale', first)).toBeUndefined();
  const again = await backend.save(KEY, 'again', undefined);
  expect(again).not.toBe(first);
  expect(await backend.save(KEY, 'stale', first)).toBeUndefined();
  expect(await backend.load(KEY)).toEqual({ data: 'again', version: again });
});

test('sixteen versions are kept, and the highest is never cleaned up', async () => {
  const { backend, folder } = opened();
  await saves(backend, 20);
  expect(versionsIn(folder)).toEqual(Array.from({ length: 16 }, (_, i) => 20 - i));
});

test('a save that slept while others made many versions does not count', async () => {
  const { backend, folder } = opened();
  await saves(backend, 1);
  const over = await readVersion(folder, 1);
  const version = await backend.save(KEY, 'second', (await backend.load(KEY))?.version);
  let last = version;
  for (let i = 3; i <= 18; i++) last = await backend.save(KEY, `text ${i}`, last);
  expect(existsSync(join(folder, 'v.2'))).toBe(false);

  // Its number is free again; what is above it tells that it had been used.
  const drafts = createDrafts('sleeper');
  expect(await publishVersion(folder, drafts, { kind: 'text', text: 'late', over })).toBeUndefined();
  expect(versionsIn(folder)).toHaveLength(16);
  expect(otherNames(folder)).toEqual([]);
  expect(await backend.load(KEY)).toEqual({ data: 'text 18', version: last });

  // And where that is gone too, nobody can tell: that is an unknown outcome, not a conflict.
  for (let i = 19; i <= 30; i++) last = await backend.save(KEY, `text ${i}`, last);
  const late = publishVersion(folder, drafts, { kind: 'text', text: 'later', over });
  await expect(late).rejects.toMatchObject({ name: 'TokenBackendError', code: 'unavailable' });
  expect(await backend.load(KEY)).toEqual({ data: 'text 30', version: last });
});

test('drafts of the dead are swept up at once, unknown ones after an hour, those of the living never', async () => {
  const { backend, folder } = opened();
  const [first] = await saves(backend, 1);
  const world = backend.holder.split('_').slice(0, 4).join('_');
  const dead = `t.${world}_4194305_123_0123456789ab.1`;
  const living = `t.${world}_${backend.holder.split('_').slice(4, 6).join('_')}_0123456789ab.1`;
  const elsewhere = 't.0_elsewhere_1_7_123_0123456789ab.1';
  const longAgo = 't.0_elsewhere_1_7_123_0123456789ab.2';
  for (const name of [dead, living, elsewhere, longAgo]) writeFileSync(join(folder, name), 'draft');
  const twoHoursAgo = Date.now() / 1000 - 7200;
  for (const name of [living, longAgo]) utimesSync(join(folder, name), twoHoursAgo, twoHoursAgo);
  await backend.save(KEY, 'next', first);
  expect(otherNames(folder).sort()).toEqual([living, elsewhere].sort());
});

test('a save whose outcome cannot be told leaves no draft behind', async () => {
  const { backend, folder } = opened();
  await saves(backend, 1);
  // Others went on from here while this process slept, and cleaned up behind them.
  writeFileSync(join(folder, 'v.5'), '');
  const drafts = createDrafts('sleeper');
  const over = (await readVersion(folder, 1)) as VersionFile;
  const published = publishVersion(folder, drafts, { kind: 'text', text: 'late', over });
  await expect(published).rejects.toMatchObject({ code: 'unavailable' });
  expect(otherNames(folder)).toEqual([]);
  await drafts.close();
});

test('at most four damaged versions are kept aside', async () => {
  const { backend, folder } = opened();
  const [first] = await saves(backend, 1);
  for (const number of [3, 20, 100, 7, 8, 9]) writeFileSync(join(folder, `damaged.${number}`), '');
  await backend.save(KEY, 'next', first);
  expect(otherNames(folder).sort()).toEqual(['damaged.100', 'damaged.20', 'damaged.8', 'damaged.9']);
});

test('keys that differ in case alone have folders that differ in more', async () => {
  const { backend, directory } = opened();
  for (const key of ['abc', 'ABC', 'aBc']) await backend.save(key, `text of ${key}`, undefined);
  expect(new Set(readdirSync(directory).map((name) => name.toLowerCase())).size).toBe(3);
  expect(await keysOf(backend)).toEqual(['ABC', 'aBc', 'abc']);
  expect((await backend.load('ABC'))?.data).toBe('text of ABC');
});

test('a listing that fails says why, like everything else', async () => {
  const { backend, directory } = opened();
  expect(await keysOf(backend)).toEqual([]);
  rmSync(directory, { recursive: true });
  writeFileSync(directory, '');
  await expect(keysOf(backend)).rejects.toMatchObject({ name: 'TokenBackendError', code: 'not_writable' });
});

test('watching: a hint for each new version, none after its end, nothing for what is not there', async () => {
  const { backend, directory, folder } = opened();
  backend.watch('absent', () => undefined)();
  const versions = await saves(backend, 1);
  const other = fileBackend({ directory });
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopFirst = backend.watch(KEY, () => resolve());
  let late = 0;
  const stopSecond = backend.watch(KEY, () => late++);
  stopSecond();
  stopSecond();
  await other.save(KEY, 'changed', versions[0]);
  await promise;
  expect(late).toBe(0);
  stopFirst();
  rmSync(folder, { recursive: true });
  await backend.close();
});

test('who finds a record writes nothing into the directory', async () => {
  const { backend, directory, folder } = opened();
  await saves(backend, 2);
  const long = new Date(1_700_000_000_000);
  for (const path of [directory, folder]) utimesSync(path, long, long);
  expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: 'text 1' });
  // Whatever is made or removed in a folder changes its time.
  for (const path of [directory, folder]) expect(statSync(path).mtime).toEqual(long);
});

test('a closed backend still saves', async () => {
  const { backend } = opened();
  const [first] = await saves(backend, 1);
  backend.watch(KEY, () => undefined);
  await backend.close();
  expect(await backend.save(KEY, 'after the end', first)).toBeDefined();
});
