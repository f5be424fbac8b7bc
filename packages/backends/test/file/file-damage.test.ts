import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager, type TokenBackendError } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import {
  folderOf,
  keysOf,
  newestPath,
  otherNames,
  temporaryDirectory,
  versionsIn,
} from '../support/state-files.ts';

const KEY = 'record';
const SECRET = 'a text that no error quotes';

async function twoVersions() {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const first = await backend.save(KEY, `${SECRET}, older`, undefined);
  await backend.save(KEY, `${SECRET}, newer`, first);
  return { backend, directory, folder: folderOf(directory, KEY), newest: newestPath(directory, KEY) };
}

async function failureOf(work: Promise<unknown>): Promise<TokenBackendError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'TokenBackendError' });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  return error as TokenBackendError;
}

const DAMAGE: Record<string, (path: string) => void> = {
  'cut in the text': (path) => truncateSync(path, statSync(path).size - 1),
  'cut in its header': (path) => truncateSync(path, 40),
  emptied: (path) => truncateSync(path, 0),
  'longer than it was': (path) => writeFileSync(path, `${readFileSync(path, 'utf8')}!`),
  'full of zeros': (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
  'full of garbage': (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x0a, 0x00, 0x80])),
  'another kind of file': (path) => writeFileSync(path, '{"__proto__":{"token":"t"}}\n'),
  'a gigabyte of nothing': (path) => truncateSync(path, 1024 ** 3),
};

describe('a newest version that is', () => {
  test.each(Object.entries(DAMAGE))('%s: the one before it is found, and said to be', async (_, damage) => {
    const { backend, folder, newest } = await twoVersions();
    damage(newest);
    const startedAt = performance.now();
    const found = await backend.load(KEY);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(found).toMatchObject({ data: `${SECRET}, older`, recovered: true });
    // The damage is kept aside, and loading again finds the same.
    expect(await backend.load(KEY)).toEqual(found);
    expect(otherNames(folder)).toEqual(['damaged.2']);
    expect(statSync(join(folder, 'damaged.2')).mode & 0o777).toBe(0o600);

    const version = await backend.save(KEY, 'mended', found?.version);
    expect(await backend.load(KEY)).toEqual({ data: 'mended', version });
    expect(versionsIn(folder)).toEqual([3, 2, 1]);
  });
});

test('a single bit that flips anywhere is noticed', async () => {
  const { backend, newest } = await twoVersions();
  const good = readFileSync(newest);
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] as number) ^ (1 << (at % 8));
    writeFileSync(newest, bad);
    expect(await backend.load(KEY), `byte ${at}`).toMatchObject({ recovered: true });
  }
  writeFileSync(newest, good);
  expect((await backend.load(KEY))?.recovered).toBeUndefined();
});

test('when every version is damaged the error names the version that a save may replace', async () => {
  const { backend, directory, folder } = await twoVersions();
  for (const number of [1, 2]) truncateSync(join(folder, `v.${number}`), 30);
  const error = await failureOf(backend.load(KEY));
  expect(error.code).toBe('damaged');
  expect(error.message).toContain(folder);
  expect(error.message).toMatch(/sign in again/i);
  expect(error.version).toMatch(/^2\.damaged-/);
  expect(await keysOf(backend)).toEqual([KEY]);

  expect(await backend.save(KEY, 'new', undefined)).toBeUndefined();
  expect(await backend.save(KEY, 'new', '2.another')).toBeUndefined();
  const version = await backend.save(KEY, 'new', error.version);
  expect(await fileBackend({ directory }).load(KEY)).toEqual({ data: 'new', version });
});

test('a person who signs in again replaces a record that is damaged beyond repair', async () => {
  const directory = temporaryDirectory();
  const provider: TokenProvider = { id: 'p', profile: STRICT_PROFILE, scopes: [], refresh: async () => ({}) };
  const backend = fileBackend({ directory });
  const before = createTokenManager({ provider, backend });
  await before.signIn({ accessToken: 'first', refreshToken: 'first-refresh' });
  const [key] = await keysOf(backend);
  const folder = folderOf(directory, key as string);
  for (const number of versionsIn(folder)) truncateSync(join(folder, `v.${number}`), 100);

  const after = createTokenManager({ provider, backend: fileBackend({ directory }) });
  expect((await failureOf(after.getToken())).code).toBe('damaged');
  await after.signIn({ accessToken: 'second', refreshToken: 'second-refresh' });
  expect((await after.getToken()).token).toBe('second');
});

test('what a save replaces has to be the very damage that was seen', async () => {
  const { backend, newest } = await twoVersions();
  const whole = readFileSync(newest);
  truncateSync(newest, 50);
  const seen = await backend.load(KEY);
  truncateSync(newest, 49);
  expect(await backend.save(KEY, 'new', seen?.version)).toBeUndefined();
  writeFileSync(newest, whole);
  expect(await backend.save(KEY, 'new', seen?.version)).toBeUndefined();
});

test('a damaged deletion does not bring the deleted record back', async () => {
  const { backend, newest, folder } = await twoVersions();
  const text = readFileSync(newest);
  expect(await backend.delete(KEY, (await backend.load(KEY))?.version ?? '')).toBe(true);
  // As after a kill before the old versions were erased, with and without a later record on top.
  writeFileSync(join(folder, 'v.1'), text, { mode: 0o600 });
  const version = await backend.save(KEY, 'anew', undefined);
  expect(version).toMatch(/^4\./);
  truncateSync(join(folder, 'v.4'), 20);
  expect((await failureOf(backend.load(KEY))).version).toMatch(/^4\.damaged/);
  // What stands before a deletion goes with the next look.
  expect(versionsIn(folder)).toEqual([4, 3]);
  unlinkSync(join(folder, 'v.4'));
  truncateSync(join(folder, 'v.3'), 20);
  expect((await failureOf(backend.load(KEY))).code).toBe('damaged');
});

test.each([
  ['a pipe', (path: string) => execFileSync('mkfifo', ['-m', '600', path])],
  ['a directory', (path: string) => mkdirSync(path)],
])('%s under the name of a version is refused, and nothing hangs', async (_, plant) => {
  const { backend, folder } = await twoVersions();
  plant(join(folder, 'v.5'));
  for (const work of [() => backend.load(KEY), () => backend.save(KEY, SECRET, '2.x')]) {
    const error = await failureOf(work());
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(`mv ${join(folder, 'v.5')}`);
  }
});

test('names that are no versions are no concern', async () => {
  const { backend, folder } = await twoVersions();
  for (const name of ['v.', 'v.0', 'v.07', 'v.-1', 'v.9.bak', 'v.1e9', 'v.99999999999999999', 'README']) {
    writeFileSync(join(folder, name), 'x', { mode: 0o644 });
  }
  expect(await backend.load(KEY)).toMatchObject({ data: `${SECRET}, newer` });
});

test('text is only text', async () => {
  const backend = fileBackend({ directory: temporaryDirectory() });
  const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}';
  await backend.save('__proto__', text, undefined);
  expect((await backend.load('__proto__'))?.data).toBe(text);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('what could not be read back is not saved', async () => {
  const { backend } = await twoVersions();
  const stored = await backend.load(KEY);
  const error = await failureOf(backend.save(KEY, SECRET.repeat(20_000), stored?.version));
  expect(error).toMatchObject({ code: 'not_writable', message: expect.stringContaining('540000 bytes') });
  expect(await backend.load(KEY)).toEqual(stored);
});
