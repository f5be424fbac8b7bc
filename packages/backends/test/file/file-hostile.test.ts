import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folderOf, keysOf, temporaryDirectory } from '../support/state-files.ts';

const KEY = 'record';

async function stored() {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const version = await backend.save(KEY, 'text', undefined);
  return { directory, backend, version, folder: folderOf(directory, KEY) };
}

describe('a listing is not held up by what stands in the place of a key', () => {
  const PLANTS: Record<string, (path: string) => void> = {
    'a pipe': (path) => execFileSync('mkfifo', ['-m', '600', path]),
    'a link to a file of somebody else': (path) => symlinkSync('/etc/passwd', path),
    'a link to a device without end': (path) => symlinkSync('/dev/zero', path),
    'a gigabyte': (path) => {
      writeFileSync(path, 'x', { mode: 0o600 });
      truncateSync(path, 1024 ** 3);
    },
    'a directory': (path) => mkdirSync(path),
    'another key': (path) => writeFileSync(path, 'another', { mode: 0o600 }),
  };

  test.each(Object.entries(PLANTS))('%s', async (_name, plant) => {
    const { backend, folder } = await stored();
    await backend.save('second', 'text', undefined);
    unlinkSync(join(folder, 'key'));
    plant(join(folder, 'key'));
    const startedAt = performance.now();
    expect(await keysOf(backend)).toEqual(['second']);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect((await backend.load(KEY))?.data).toBe('text');
  });
});

test.each([
  ['a pipe', (path: string) => execFileSync('mkfifo', ['-m', '600', path])],
  ['a file', (path: string) => writeFileSync(path, 'x', { mode: 0o600 })],
  ['a link to nowhere', (path: string) => symlinkSync('/nonexistent', path)],
])('%s in the place of a record is refused with the command that moves it', async (_name, plant) => {
  const directory = temporaryDirectory();
  plant(folderOf(directory, KEY));
  const backend = fileBackend({ directory });
  for (const work of [() => backend.load(KEY), () => backend.save(KEY, 'text', undefined)]) {
    await expect(work()).rejects.toMatchObject({
      name: 'TokenBackendError',
      message: expect.stringMatching(/mv |rm /),
    });
  }
});

test('a socket under the name of a version is refused, and nothing hangs', async () => {
  const { backend, folder } = await stored();
  // Short enough for the address of a socket.
  const near = join('/tmp', `everbearer-${process.pid}.sock`);
  const server = createServer().listen(near);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  execFileSync('mv', [near, join(folder, 'v.7')]);
  await expect(backend.load(KEY)).rejects.toMatchObject({ name: 'TokenBackendError' });
  await expect(backend.save(KEY, 'text', '1.x')).rejects.toMatchObject({ name: 'TokenBackendError' });
});

test.each([
  '9007199254740989',
  '9007199254740990',
  '9007199254740991',
  '999999999999999',
  '9999999999999999',
])('a version planted under the number %s never makes a save disappear', async (number) => {
  const { backend, folder, version } = await stored();
  writeFileSync(join(folder, `v.${number}`), 'garbage', { mode: 0o600 });
  const found = await backend.load(KEY).catch((error: { version?: string }) => error);
  const saved = await backend.save(KEY, 'new', found?.version ?? version).catch((error: unknown) => error);
  if (typeof saved === 'string') expect(await backend.load(KEY)).toEqual({ data: 'new', version: saved });
  else expect(saved).toMatchObject({ name: 'TokenBackendError', message: expect.stringContaining(folder) });
});

test('ten thousand names of no meaning are in nobody’s way', async () => {
  const { backend, folder, directory, version } = await stored();
  for (let i = 0; i < 5_000; i++) {
    writeFileSync(join(folder, `v.${i}x`), '');
    writeFileSync(join(directory, `__proto__${i}`), '');
  }
  const startedAt = performance.now();
  const next = await backend.save(KEY, 'new', version);
  expect(await backend.load(KEY)).toEqual({ data: 'new', version: next });
  expect(await keysOf(backend)).toEqual([KEY]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
