import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encrypted } from '@everbearer/backends/encrypted';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { isRoot, scenario } from '../support/scenario.ts';
import { newKey } from '../support/sealing.ts';
import { folderOf, temporaryDirectory } from '../support/state-files.ts';

const KEY = 'record';
const FS_GROUP = isRoot ? 2_000 : (process.getegid?.() ?? 0);
const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8).padStart(4, '0');

/** What the kubelet does to a volume with `fsGroup`, each time that a pod starts. */
function applyFsGroup(path: string): void {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  if (isRoot) chownSync(path, stats.uid, FS_GROUP);
  chmodSync(path, stats.mode | (stats.isDirectory() ? 0o2770 : 0o660));
  if (stats.isDirectory()) for (const name of readdirSync(path)) applyFsGroup(join(path, name));
}

async function restarted() {
  const directory = temporaryDirectory();
  const before = fileBackend({ directory });
  const first = await before.save(KEY, 'first', undefined, { reserveBytes: 1_000 });
  const version = await before.save(KEY, 'second', first, { reserveBytes: 1_000 });
  applyFsGroup(directory);
  return { directory, folder: folderOf(directory, KEY), version };
}

function allModes(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return [...new Set(names.map((name) => modeOf(join(directory, name))))].sort();
}

describe('a volume whose modes were loosened by `fsGroup`', () => {
  test('is tightened at the first use, and everything in it is as it was', async () => {
    const { directory, version } = await restarted();
    expect(modeOf(directory)).toBe('2770');
    const backend = fileBackend({ directory });
    expect(await backend.load(KEY)).toEqual({ data: 'second', version });
    expect(modeOf(directory)).toBe('0700');
    expect(allModes(directory)).toEqual(['0600', '0700']);
    expect(await backend.save(KEY, 'third', version)).toEqual(expect.any(String));
  });

  test('is said to have been: by status(), and by check() with the line for the pod', async () => {
    const { directory } = await restarted();
    const inner = fileBackend({ directory });
    const backend = encrypted(inner, { keys: [newKey('a')], acceptPlaintext: true });
    expect(inner.warnings()).toEqual([]);
    await backend.load(KEY);
    const says = new RegExp(
      `${directory} and 5 files and folders in it were open to group ${FS_GROUP} \\(mode 2770\\).*fsGroupChangePolicy: OnRootMismatch`,
    );
    expect(inner.warnings()).toEqual([expect.stringMatching(says)]);
    const finding = (await backend.check()).find(({ name }) => name === 'modes');
    expect(finding).toMatchObject({ ok: false, remedy: expect.stringContaining('OnRootMismatch') });
    const provider = { id: 'p', profile: STRICT_PROFILE, scopes: [], refresh: async () => ({}) };
    const tokens = createTokenManager({ provider, backend });
    expect((await tokens.status()).warnings).toContainEqual(expect.stringMatching(says));
    await tokens.close();
    // One that finds it in order has nothing to say.
    const next = fileBackend({ directory });
    await next.load(KEY);
    expect(next.warnings()).toEqual([]);
    expect((await next.check()).map(({ name }) => name)).not.toContain('modes');
  });

  test('is finished by the next one where a process died in the middle', async () => {
    const { directory, folder } = await restarted();
    chmodSync(join(folder, 'v.1'), 0o600);
    chmodSync(folder, 0o700);
    expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: 'second' });
    expect(allModes(directory)).toEqual(['0600', '0700']);
  });

  test('is found by check() as well', async () => {
    const { directory } = await restarted();
    const checks = await fileBackend({ directory }).check();
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toContain('modes');
    expect(modeOf(directory)).toBe('0700');
  });
});

interface LoosenedMount {
  loaded: { code: string; found?: string; message?: string };
  keys: { code: string; found?: string[] };
  saved: { code: string; message?: string };
  warnings: string[];
  failing: string[];
  open: { code: string };
}

test('on a read-only mount it cannot be tightened: what is there is read, and it is said who else can', async () => {
  const given = [temporaryDirectory(), `${FS_GROUP}`];
  const met = await scenario<LoosenedMount>('loosened-mount', given, { mounts: true });
  expect(met.loaded).toEqual({ code: 'none', found: 'stored before' });
  expect(met.keys).toEqual({ code: 'none', found: [KEY] });
  expect(met.saved).toMatchObject({
    code: 'not_writable',
    message: expect.stringMatching(/read-only mount/),
  });
  expect(met.warnings).toEqual([
    expect.stringMatching(
      /is open to group \d+ \(mode 2770\), and on a read-only mount its mode cannot be changed.*OnRootMismatch/,
    ),
  ]);
  expect(met.failing).toEqual(['writable', 'modes']);
  expect(met.open.code).not.toBe('none');
});

describe('what does not look like that is refused as before', () => {
  test.each(['2777', '3770'])('a directory of mode %s', async (mode) => {
    const { directory } = await restarted();
    chmodSync(directory, Number.parseInt(mode, 8));
    await expect(fileBackend({ directory }).load(KEY)).rejects.toMatchObject({
      code: 'insecure_permissions',
    });
    expect(modeOf(directory)).toBe(mode);
  });

  test('a file that everybody may write to, in a volume that is tightened', async () => {
    const { directory, folder } = await restarted();
    chmodSync(join(folder, 'v.2'), 0o666);
    await expect(fileBackend({ directory }).load(KEY)).rejects.toMatchObject({
      code: 'insecure_permissions',
    });
    expect(modeOf(join(folder, 'v.2'))).toBe('0666');
  });

  test('a link that a member of the group put there is not followed', async () => {
    const { directory, folder } = await restarted();
    const outside = join(temporaryDirectory(), 'outside');
    writeFileSync(outside, 'x');
    chmodSync(outside, 0o660);
    symlinkSync(outside, join(folder, 'v.9'));
    mkdirSync(join(folder, 'deeper'));
    await expect(fileBackend({ directory }).load(KEY)).rejects.toMatchObject({
      code: 'insecure_permissions',
    });
    expect(modeOf(outside)).toBe('0660');
  });

  test.skipIf(!isRoot).each([
    ['0700', '2770'],
    ['0755', '2775'],
    ['0777', '2777'],
  ])('a volume of root, of mode %s and then %s: the message names the lines for the pod', async (was, is) => {
    const directory = temporaryDirectory();
    chmodSync(directory, was);
    applyFsGroup(directory);
    expect(modeOf(directory)).toBe(is);
    const user = ['setpriv', '--reuid=12345', '--regid=12345', `--groups=${FS_GROUP}`];
    const { load } = await scenario<{ load: { code: string; message: string } }>('first-use', [directory], {
      within: user,
    });
    expect(load.code).toBe('insecure_permissions');
    expect(load.message).toContain('fsGroupChangePolicy: OnRootMismatch');
    expect(load.message).toMatch(/name a sub-folder of it as `directory`, which .* needs no rights/);
  });
});
