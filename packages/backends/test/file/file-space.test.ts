import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { expect, test, vi } from 'vitest';
import { scenario } from '../support/scenario.ts';
import { folderOf, otherNames, temporaryDirectory } from '../support/state-files.ts';

const KEY = 'record';
const RESERVE = 33 * 1024;

async function leased() {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const first = await backend.save(KEY, 'before', undefined);
  const version = await backend.save(KEY, 'leased', first, { reserveBytes: RESERVE });
  const folder = folderOf(directory, KEY);
  return { directory, backend, version, folder, spare: sparesIn(directory)[0] as string };
}

const sparesIn = (directory: string) => readdirSync(directory).filter((name) => name.startsWith('t.'));

test('a reservation is a file with blocks, which the next save leaves for the one after it', async () => {
  const { backend, directory, folder, version, spare } = await leased();
  const stats = statSync(join(directory, spare));
  expect(stats.size).toBeGreaterThanOrEqual(RESERVE);
  expect(stats.blocks * 512).toBeGreaterThanOrEqual(RESERVE);
  expect(stats.mode & 0o777).toBe(0o600);
  const renewed = await backend.save(KEY, 'renewed', version);
  expect(otherNames(folder)).toEqual([]);
  await backend.save(KEY, 'leased', renewed, { reserveBytes: RESERVE + 100 });
  const other = await backend.save('another record', 'text', undefined);
  await backend.save('another record', 'leased', other, { reserveBytes: RESERVE });
  expect(sparesIn(directory)).toHaveLength(2);
  expect(sparesIn(directory)).toContain(spare);
  expect(statSync(join(directory, spare)).ino).toBe(stats.ino);
});

test('of many that were held at once a few are kept', async () => {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const keys = Array.from({ length: 12 }, (_, n) => `record ${n}`);
  const leases = await Promise.all(
    keys.map((key) => backend.save(key, 'lease', undefined, { reserveBytes: RESERVE })),
  );
  expect(sparesIn(directory)).toHaveLength(12);
  await Promise.all(keys.map((key, n) => backend.save(key, 'commit', leases[n])));
  await vi.waitFor(() => expect(sparesIn(directory)).toHaveLength(4));
  await backend.close();
  expect(sparesIn(directory)).toEqual([]);
});

test('a save on an older version does not cost the reservation', async () => {
  const { backend, directory, spare, version } = await leased();
  expect(await backend.save(KEY, 'stale', '1.stale')).toBeUndefined();
  expect(sparesIn(directory)).toEqual([spare]);
  expect(await backend.save(KEY, 'renewed', version)).toBeDefined();
});

test('a lease after a lease holds one reservation that is large enough', async () => {
  const { backend, directory, version, spare } = await leased();
  const second = await backend.save(KEY, 'again', version, { reserveBytes: 1024 });
  expect(sparesIn(directory)).toEqual([spare]);
  await backend.save(KEY, 'more', second, { reserveBytes: 2 * RESERVE });
  expect(sparesIn(directory).some((name) => statSync(join(directory, name)).size >= 2 * RESERVE)).toBe(true);
});

test('whoever loses the race for the lease leaves nothing beside the record', async () => {
  const directory = temporaryDirectory();
  const backends = Array.from({ length: 6 }, () => fileBackend({ directory }));
  const first = await backends[0]?.save(KEY, 'before', undefined);
  const leases = await Promise.all(
    backends.map((backend) => backend.save(KEY, 'leased', first, { reserveBytes: RESERVE })),
  );
  expect(leases.filter(Boolean)).toHaveLength(1);
  expect(otherNames(folderOf(directory, KEY))).toEqual([]);
});

test('close() gives reserved space back', async () => {
  const { backend, directory } = await leased();
  await backend.close();
  expect(sparesIn(directory)).toEqual([]);
});

test('a reservation that somebody removed is done without', async () => {
  const { backend, directory, version, spare } = await leased();
  unlinkSync(join(directory, spare));
  const renewed = await backend.save(KEY, 'renewed', version);
  expect(await backend.save(KEY, 'leased', renewed, { reserveBytes: RESERVE })).toBeDefined();
  expect(sparesIn(directory)).toHaveLength(1);
  expect(sparesIn(directory)).not.toEqual([spare]);
});

interface FullDisk {
  codes: Record<string, string>;
  messages: string[];
  loads: Record<string, string | undefined>;
  renewedBytes: number;
  left: string[];
  checks: string[];
  few: { detail: string; remedy: string }[];
  lost: object;
  linked: object;
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
  // A draft that lost is a reservation again, without its text; and it is never written to once it is published.
  expect(result.lost).toEqual({
    written: 6,
    isWholeAgain: true,
    isBlank: true,
    next: 'ENOSPC',
    isUntouched: true,
  });
  expect(result.linked).toEqual({ code: 'insecure_permissions', target: 'untouched' });
});
