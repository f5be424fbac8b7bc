import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { expect, test } from 'vitest';
import { createDrafts } from '../../src/file/drafts.ts';
import { scenario } from '../support/scenario.ts';
import { folderOf, newestPath, otherNames, temporaryDirectory } from '../support/state-files.ts';

const KEY = 'record';
const RESERVE = 33 * 1024;

async function leased() {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const first = await backend.save(KEY, 'before', undefined);
  const version = await backend.save(KEY, 'leased', first, { reserveBytes: RESERVE });
  const folder = folderOf(directory, KEY);
  return { directory, backend, version, folder, spare: otherNames(folder)[0] as string };
}

test('a reservation is a file with blocks, and the next save goes into it', async () => {
  const { backend, directory, folder, version, spare } = await leased();
  const stats = statSync(join(folder, spare));
  expect(stats.size).toBeGreaterThanOrEqual(RESERVE);
  expect(stats.blocks * 512).toBeGreaterThanOrEqual(RESERVE);
  expect(stats.mode & 0o777).toBe(0o600);
  await backend.save(KEY, 'renewed', version);
  expect(statSync(newestPath(directory, KEY)).ino).toBe(stats.ino);
  expect(statSync(newestPath(directory, KEY)).size).toBeLessThan(300);
  expect(otherNames(folder)).toEqual([]);
  expect((await backend.load(KEY))?.data).toBe('renewed');
});

test('a save on an older version does not cost the reservation', async () => {
  const { backend, folder, spare, version } = await leased();
  expect(await backend.save(KEY, 'stale', '1.stale')).toBeUndefined();
  expect(otherNames(folder)).toEqual([spare]);
  expect(await backend.save(KEY, 'renewed', version)).toBeDefined();
});

test('a lease after a lease keeps one reservation, the larger', async () => {
  const { backend, folder, version, spare } = await leased();
  const second = await backend.save(KEY, 'again', version, { reserveBytes: 1024 });
  expect(otherNames(folder)).toEqual([spare]);
  await backend.save(KEY, 'more', second, { reserveBytes: 2 * RESERVE });
  expect(otherNames(folder)).not.toEqual([spare]);
  expect(otherNames(folder).map((name) => statSync(join(folder, name)).size >= 2 * RESERVE)).toEqual([true]);
});

test('whoever loses the race for the lease keeps no reservation', async () => {
  const directory = temporaryDirectory();
  const backends = Array.from({ length: 6 }, () => fileBackend({ directory }));
  const first = await backends[0]?.save(KEY, 'before', undefined);
  const leases = await Promise.all(
    backends.map((backend) => backend.save(KEY, 'leased', first, { reserveBytes: RESERVE })),
  );
  expect(leases.filter(Boolean)).toHaveLength(1);
  expect(otherNames(folderOf(directory, KEY))).toHaveLength(1);
});

test('close() gives reserved space back', async () => {
  const { backend, folder } = await leased();
  await backend.close();
  expect(otherNames(folder)).toEqual([]);
});

test('a reservation that somebody removed is done without', async () => {
  const { backend, folder, version, spare } = await leased();
  unlinkSync(join(folder, spare));
  expect(await backend.save(KEY, 'renewed', version)).toBeDefined();
});

test('a draft that lost is a reservation again, of the same size, and is never written to once published', async () => {
  const folder = temporaryDirectory();
  const drafts = createDrafts('writer');
  await (await drafts.write(folder, Buffer.from('lease'), RESERVE)).discard();
  const [spare] = readdirSync(folder) as [string];
  const size = statSync(join(folder, spare)).size;

  const lost = await drafts.write(folder, Buffer.from('commit'), undefined);
  expect(lost.path).toBe(join(folder, spare));
  expect(statSync(lost.path).size).toBe(6);
  await lost.takeBack();
  expect(statSync(lost.path).size).toBe(size);

  const { link } = await import('node:fs/promises');
  await link(lost.path, join(folder, 'v.1'));
  const next = await drafts.write(folder, Buffer.from('commit'), undefined);
  expect(next.path).not.toBe(lost.path);
  expect(statSync(join(folder, 'v.1')).size).toBe(size);
});

interface FullDisk {
  codes: Record<string, string>;
  messages: string[];
  loads: Record<string, string | undefined>;
  renewedBytes: number;
  left: string[];
  checks: string[];
  few: { detail: string; remedy: string }[];
}

test('a disk that fills between lease and renewal takes the renewal; one that is full refuses the lease', async () => {
  const result = await scenario<FullDisk>('full-disk', [temporaryDirectory()], { mounts: true });
  expect(result.renewedBytes).toBe(RESERVE);
  expect(result.codes).toEqual({ save: 'full', lease: 'full', firstUse: 'full', inodes: 'full' });
  expect(result.loads).toEqual({ afterSave: 'renewed', afterLease: 'renewed', afterRestart: 'renewed' });
  expect(result.left).toEqual([]);
  for (const message of result.messages)
    expect(message).toMatch(/no space left \(ENOSPC\).*Make room \(df -h /);
  expect(result.checks).toEqual(['writable', 'free space', 'volume']);
  expect(result.few).toMatchObject([
    { detail: expect.stringMatching(/^No more than \d+ files/), remedy: expect.stringContaining('df -i ') },
  ]);
});
