import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { describe, expect, test } from 'vitest';
import { folderOf, temporaryDirectory } from '../support/state-files.ts';

/* A store that worked, and whose modes somebody opened: chmod -R, a copy, a restored backup. */

const KEY = 'record';
const isRoot = process.geteuid?.() === 0;
const NOBODY = 65534;
const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8).padStart(4, '0');
const octal = (mode: string) => Number.parseInt(mode, 8);

async function stored() {
  const directory = temporaryDirectory();
  const before = fileBackend({ directory });
  const first = await before.save(KEY, 'first', undefined, { reserveBytes: 1_000 });
  const version = await before.save(KEY, 'second', first);
  await before.close();
  return { directory, folder: folderOf(directory, KEY), version };
}

function allModes(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return [...new Set(['', ...names].map((name) => modeOf(join(directory, name))))].sort();
}

function open(directory: string, folders: string, files: string): void {
  for (const name of ['', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]) {
    const path = join(directory, name);
    chmodSync(path, octal(lstatSync(path).isDirectory() ? folders : files));
  }
}

describe('is tightened again, with a warning', () => {
  test.each([
    ['0755', '0644', ''],
    ['0775', '0664', ', and members of group \\d+ could replace them'],
    ['0750', '0640', ''],
    ['0701', '0604', ''],
    ['2750', '0640', ''],
    ['0770', '0660', ', and members of group \\d+ could replace them'],
    ['0755', '0600', ''],
  ])('folders of %s and files of %s', async (folders, files, replace) => {
    const { directory, version } = await stored();
    open(directory, folders, files);
    const backend = fileBackend({ directory });
    expect(await backend.load(KEY)).toEqual({ data: 'second', version });
    expect(allModes(directory)).toEqual(['0600', '0700']);
    const says = `^${directory} \\(mode ${folders}\\) and (1 file or folder|\\d files and folders) in it were open to others, and the modes are taken back: until then, others on this machine could read the tokens${replace}\\. Find what opened them.* sign out with revocation, and sign in again\\.$`;
    expect(backend.warnings()).toEqual([expect.stringMatching(new RegExp(says))]);
    expect(await backend.save(KEY, 'third', version)).toEqual(expect.any(String));
    const next = fileBackend({ directory });
    await next.load(KEY);
    expect(next.warnings()).toEqual([]);
  });

  test.each([
    ['the folder of a record', '', '0750'],
    ['a version', 'v.2', '0640'],
    ['a version that everybody may read', 'v.2', '0604'],
    ['a version of a group', 'v.2', '0660'],
  ])('%s alone, while the directory is closed', async (_, name, mode) => {
    const { directory, folder, version } = await stored();
    chmodSync(join(folder, name), octal(mode));
    const backend = fileBackend({ directory });
    expect(await backend.load(KEY)).toEqual({ data: 'second', version });
    expect(allModes(directory)).toEqual(['0600', '0700']);
    expect(backend.warnings()).toEqual([
      expect.stringMatching(/^1 file or folder in .* if the directory was open as well/),
    ]);
  });

  test('by a save as well, which is tried again', async () => {
    const { directory, folder, version } = await stored();
    const backend = fileBackend({ directory });
    await backend.load(KEY);
    chmodSync(join(folder, 'v.2'), 0o644);
    await expect(backend.save(KEY, 'third', version)).rejects.toMatchObject({ code: 'insecure_permissions' });
    const saved = await backend.save(KEY, 'third', version);
    expect(await backend.load(KEY)).toEqual({ data: 'third', version: saved });
  });

  test('where a key alone is open, so that no record is left out of a list', async () => {
    const { directory, folder } = await stored();
    chmodSync(join(folder, 'key'), 0o644);
    const backend = fileBackend({ directory });
    const keys: string[] = [];
    for await (const key of backend.list()) keys.push(key);
    expect(keys).toEqual([KEY]);
    expect(allModes(directory)).toEqual(['0600', '0700']);
  });

  test('with two names, as a version that is put aside', async () => {
    const { directory, folder } = await stored();
    linkSync(join(folder, 'v.1'), join(folder, 'damaged.1'));
    open(directory, '0755', '0644');
    expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: 'second' });
    expect(allModes(directory)).toEqual(['0600', '0700']);
  });

  test('by check(), which says so', async () => {
    const { directory } = await stored();
    open(directory, '0755', '0644');
    const checks = await fileBackend({ directory }).check();
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toContain('modes');
    expect(allModes(directory)).toEqual(['0600', '0700']);
  });

  test('by the next one where a process died in the middle', async () => {
    const { directory, folder } = await stored();
    open(directory, '0775', '0664');
    chmodSync(join(folder, 'v.1'), 0o600);
    chmodSync(folder, 0o700);
    expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: 'second' });
    expect(allModes(directory)).toEqual(['0600', '0700']);
  });
});

async function refused(directory: string): Promise<void> {
  const backend = fileBackend({ directory });
  const error = await backend.load(KEY).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'insecure_permissions' });
}

describe('is refused as before, and left as it is', () => {
  test.each(['0750', '0755', '0775', '0770'])(
    'a directory of mode %s that holds no record of ours',
    async (mode) => {
      const directory = temporaryDirectory();
      const folder = join(directory, 'a'.repeat(64));
      mkdirSync(folder);
      writeFileSync(join(folder, 'key'), 'another key');
      chmodSync(directory, octal(mode));
      await refused(directory);
      expect([modeOf(directory), modeOf(folder)]).toEqual([mode, modeOf(folder)]);
    },
  );

  test('one with something else in it, which others may have to reach', async () => {
    const { directory } = await stored();
    mkdirSync(join(directory, 'public_html'));
    chmodSync(directory, 0o755);
    await refused(directory);
    expect(modeOf(directory)).toBe('0755');
  });

  test('a link, and a file that is linked into what others may write to', async () => {
    const { directory, folder } = await stored();
    const outside = join(temporaryDirectory(), 'outside');
    writeFileSync(outside, 'x', { mode: 0o644 });
    linkSync(outside, join(folder, 'v.9'));
    symlinkSync(outside, join(folder, 'v.8'));
    chmodSync(directory, 0o775);
    await refused(directory);
    await refused(directory);
    expect(modeOf(outside)).toBe('0644');
  });

  test.runIf(isRoot).each(['', 'folder', 'key', 'v.2'])('what belongs to somebody else: %j', async (name) => {
    const { directory, folder } = await stored();
    open(directory, '0755', '0644');
    const path = name === '' ? directory : name === 'folder' ? folder : join(folder, name);
    chownSync(path, NOBODY, NOBODY);
    await refused(directory);
    expect(modeOf(path)).toBe(name === '' || name === 'folder' ? '0755' : '0644');
  });
});
