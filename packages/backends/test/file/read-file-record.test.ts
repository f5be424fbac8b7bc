import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { readFileRecord } from '@everbearer/backends/file-record';
import { describe, expect, test } from 'vitest';
import { everythingIn, folderOf, newestPath, temporaryDirectory } from '../support/state-files.ts';

const KEY = 'record';

async function stored() {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const first = await backend.save(KEY, 'older', undefined);
  await backend.save(KEY, 'newer', first);
  return { directory, backend, folder: folderOf(directory, KEY), newest: newestPath(directory, KEY) };
}

type Stored = Awaited<ReturnType<typeof stored>>;

test('finds what the backend finds, and writes nothing', async () => {
  const { directory, backend } = await stored();
  const before = everythingIn(directory);
  expect(readFileRecord({ directory }, KEY)).toEqual(await backend.load(KEY));
  expect(readFileRecord({ directory }, KEY)).toMatchObject({ data: 'newer' });
  expect(readFileRecord({ directory }, 'another')).toBeUndefined();
  expect(everythingIn(directory)).toBe(before);
  const missing = join(directory, 'missing');
  expect(readFileRecord({ directory: missing }, KEY)).toBeUndefined();
  expect(everythingIn(directory)).toBe(before);
});

test('a version before which nothing survived is one like any other', async () => {
  const { directory, backend } = await stored();
  await backend.save(KEY, 'first', (await backend.load(KEY))?.version, { eraseOlder: true });
  expect(readFileRecord({ directory }, KEY)).toEqual(await backend.load(KEY));
  expect(readFileRecord({ directory }, KEY)).toMatchObject({ data: 'first' });
});

test('options that it does not know are refused', () => {
  expect(() => readFileRecord({ directory: '/tmp', path: 'x' } as object, KEY)).toThrow(/`path`/);
});

describe('is left to the backend where', () => {
  test.each<[string, (at: Stored) => unknown]>([
    ['others may enter the directory', ({ directory }) => chmodSync(directory, 0o710)],
    ['others may enter the folder', ({ folder }) => chmodSync(folder, 0o701)],
    ['others may read the file', ({ newest }) => chmodSync(newest, 0o640)],
    ['a byte was added', ({ newest }) => appendFileSync(newest, 'x')],
    ['the newest version is a directory', ({ folder }) => mkdirSync(join(folder, 'v.9'))],
    ['the newest version is a link', ({ folder, newest }) => symlinkSync(newest, join(folder, 'v.9'))],
    [
      'the folder is a link',
      ({ folder }) => {
        renameSync(folder, `${folder}.moved`);
        symlinkSync(`${folder}.moved`, folder);
      },
    ],
    [
      'the directory is a link',
      ({ directory }) => {
        renameSync(directory, `${directory}.moved`);
        symlinkSync(`${directory}.moved`, directory);
      },
    ],
    [
      'no version is left',
      ({ folder }) => {
        rmSync(folder, { recursive: true });
        mkdirSync(folder, { mode: 0o700 });
      },
    ],
    [
      'the record was deleted',
      async ({ backend }) => backend.delete(KEY, (await backend.load(KEY))?.version as string),
    ],
    [
      'something survived before a version that is to stand alone',
      async ({ backend, folder, newest }) => {
        await backend.save(KEY, 'first', (await backend.load(KEY))?.version, { eraseOlder: true });
        copyFileSync(join(folder, 'v.3'), newest);
        chmodSync(newest, 0o600);
      },
    ],
  ])('%s', async (_, change) => {
    const at = await stored();
    await change(at);
    expect(readFileRecord({ directory: at.directory }, KEY)).toBeUndefined();
  });

  test('a second name of the newest version changes nothing', async () => {
    const { directory, newest } = await stored();
    linkSync(newest, join(directory, 'second'));
    expect(readFileRecord({ directory }, KEY)).toMatchObject({ data: 'newer' });
  });
});

test.runIf(process.getuid?.() === 0)('is left to the backend where it belongs to another user', async () => {
  const { chownSync } = await import('node:fs');
  const { directory, newest } = await stored();
  chownSync(newest, 4711, 4711);
  expect(readFileRecord({ directory }, KEY)).toBeUndefined();
});
