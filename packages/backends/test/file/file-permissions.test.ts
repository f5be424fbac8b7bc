import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import type { TokenBackendError } from '@everbearer/core';
import type { BackendCheck } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { isRoot, scenario } from '../support/scenario.ts';
import { folderOf, temporaryDirectory } from '../support/state-files.ts';

const KEY = 'record';
const NOBODY = 65534;
const me = `${process.geteuid?.()}:${process.getegid?.()}`;

async function refusal(directory: string): Promise<TokenBackendError> {
  const backend = fileBackend({ directory });
  const error = await backend.load(KEY).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await expect(backend.save(KEY, 'text', '1.x')).rejects.toMatchObject({ name: 'TokenBackendError' });
  expect(error).toMatchObject({ name: 'TokenBackendError' });
  return error as TokenBackendError;
}

async function stored() {
  const directory = temporaryDirectory();
  await fileBackend({ directory }).save(KEY, 'text', undefined);
  const folder = folderOf(directory, KEY);
  return { directory, folder, file: join(folder, 'v.1') };
}

test.each(['000', '022', '077'])('under umask %s nobody else has access to anything', async (umask) => {
  const directory = join(temporaryDirectory(), 'a', 'b');
  const modes = await scenario<Record<string, string>>('print-modes', [directory, umask]);
  const files = Object.keys(modes).filter((name) => name !== '.' && name !== 'folder');
  expect(files.map((name) => name.replace(/^folder\//, '').split('.')[0]).sort()).toEqual([
    'key',
    'n',
    't',
    'v',
    'v',
  ]);
  expect(modes).toEqual({
    '.': '700',
    folder: '700',
    ...Object.fromEntries(files.map((name) => [name, '600'])),
  });
});

describe('what others could read or change is refused, with the command that mends it', () => {
  test.each(['0702', '0777', '1777', '1755', '4755'])('a directory of mode %s', async (mode) => {
    const { directory } = await stored();
    chmodSync(directory, mode);
    const { code, message } = await refusal(directory);
    expect(code).toBe('insecure_permissions');
    expect(message).toContain(`mode ${mode}. Run: chmod 700 ${directory}, or`);
    chmodSync(directory, 0o700);
    expect(await fileBackend({ directory }).load(KEY)).toBeDefined();
  });

  test('the folder of a record', async () => {
    const { directory, folder } = await stored();
    chmodSync(folder, 0o757);
    const { code, message } = await refusal(directory);
    expect(code).toBe('insecure_permissions');
    expect(message).toContain(`chmod 700 ${folder}`);
  });

  test.each(['0606', '0666'])('a version of mode %s', async (mode) => {
    const { directory, file } = await stored();
    chmodSync(file, mode);
    const { code, message } = await refusal(directory);
    expect(code).toBe('insecure_permissions');
    expect(message).toContain(`chmod 600 ${file}`);
  });

  test('a path that a shell would take apart is quoted', async () => {
    const directory = join(temporaryDirectory(), "it's here");
    mkdirSync(directory, { mode: 0o755 });
    expect((await refusal(directory)).message).toContain(`here'`);
    expect((await refusal(directory)).message).toContain(`it'\\''s here'`);
  });
});

describe('links are not followed', () => {
  test('to a directory', async () => {
    const { directory } = await stored();
    const linked = `${directory}-link`;
    symlinkSync(directory, linked);
    const { code, message } = await refusal(linked);
    expect(code).toBe('insecure_permissions');
    expect(message).toContain(`rm ${linked}`);
  });

  test.each(['folder', 'file'] as const)('to the %s of a record', async (kind) => {
    const { directory, ...paths } = await stored();
    renameSync(paths[kind], `${directory}-moved`);
    symlinkSync(`${directory}-moved`, paths[kind]);
    const { code, message } = await refusal(directory);
    expect(code).toBe('insecure_permissions');
    expect(message).toContain(`${paths[kind]} is a symbolic link`);
  });

  test('to nowhere', async () => {
    const directory = join(temporaryDirectory(), 'link');
    symlinkSync('/nonexistent/place', directory);
    expect((await refusal(directory)).code).toBe('insecure_permissions');
  });
});

describe('what belongs to another user is refused, for root too', () => {
  test.each(['directory', 'folder', 'file'] as const)('the %s', async (kind) => {
    // Another owner needs root to make; without it, the temporary directory of the system has one.
    if (!isRoot && kind !== 'directory') return expect((await refusal('/tmp')).message).toContain('uid 0');
    const paths = isRoot ? await stored() : { directory: '/tmp', folder: '', file: '' };
    if (isRoot) chownSync(paths[kind], NOBODY, NOBODY);
    const { code, message } = await refusal(paths.directory);
    expect(code).toBe('insecure_permissions');
    expect(message).toContain(`belongs to uid ${isRoot ? NOBODY : 0}`);
    expect(message).toContain(`As root, run: chown -R ${me} ${paths[kind]} && chmod`);
    expect(message).toContain(`or run this program as uid ${isRoot ? NOBODY : 0}`);
  });
});

interface FirstUse {
  load: { code: string; message: string };
  save: { code: string; message: string };
  checks: BackendCheck[];
}

/** As `nobody` where this is root; else this very user is the one without rights. */
const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
const userText = isRoot ? `${NOBODY}:${NOBODY}` : me;

test('a mounted directory of root, used by another user, is not writable, and the message says how to mend it', async () => {
  const directory = isRoot ? temporaryDirectory() : '/usr';
  if (isRoot) chmodSync(directory, 0o755);
  const { load, save, checks } = await scenario<FirstUse>('first-use', [directory], user);
  for (const { code, message } of [load, save]) {
    expect(code).toBe('not_writable');
    expect(message).toContain(`${directory} cannot be written: it belongs to uid 0, gid 0, mode 0755`);
    expect(message).toContain(
      `As root, run: chown -R ${userText} ${directory} && chmod 700 ${directory} (in a container:`,
    );
  }
  expect(checks).toEqual([
    { name: 'directory', ok: false, detail: expect.any(String), remedy: expect.stringContaining('chown -R') },
  ]);
});

test.skipIf(!isRoot)('the store of another user is not taken from that user', async () => {
  const directory = temporaryDirectory();
  await fileBackend({ directory }).save('key', 'text', undefined);
  const { load, save } = await scenario<FirstUse>('first-use', [directory], user);
  for (const { message } of [load, save]) {
    expect(message).toContain(
      `If programs of uid 0 keep their tokens there, run this one as uid 0. Otherwise give it to this user. As root, run: chown`,
    );
  }
  const below = await scenario<FirstUse>('first-use', [join(directory, 'tokens')], user);
  expect(below.load.message).toContain(
    `If programs of uid 0 keep their tokens there, run this one as uid 0. Otherwise give it to this user. As root, run: install`,
  );
});

test.skipIf(!isRoot)('a directory of this user that it may not write to can be read', async () => {
  const directory = temporaryDirectory();
  await fileBackend({ directory }).save('key', 'text', undefined);
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const name of ['', ...names]) chownSync(join(directory, name), NOBODY, NOBODY);
  chmodSync(directory, 0o500);
  const { load, save, checks } = await scenario<FirstUse>('first-use', [directory], user);
  expect([load.code, save.code]).toEqual(['none', 'not_writable']);
  expect(save.message).toContain(`${directory} cannot be written: it belongs to uid ${NOBODY}`);
  expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['writable']);
});

test('a directory that cannot be created says which command creates it', async () => {
  const parent = isRoot ? temporaryDirectory() : '/usr';
  if (isRoot) chmodSync(parent, 0o755);
  const directory = join(parent, 'state', 'tokens');
  const { load } = await scenario<FirstUse>('first-use', [directory], user);
  const [uid, gid] = userText.split(':');
  expect(load.code).toBe('not_writable');
  expect(load.message).toContain(`${parent} belongs to uid 0`);
  expect(load.message).toContain(`install -d -m 700 -o ${uid} -g ${gid} ${parent}/state`);
});

interface OddMounts {
  whileRunning: { code: string; message: string };
  firstSave: { code: string; message: string };
  stillReads: string;
  loaded: { code: string; message: string };
  found: string;
  keys: string[];
  failing: string[];
  refused: { code: string; message: string }[];
  below: { code: string; message: string };
  saved: { code: string; message: string };
  warning: BackendCheck;
}

test('a read-only mount takes no save and gives what is there; the file system of a container is pointed out', async () => {
  const result = await scenario<OddMounts>('odd-mounts', [temporaryDirectory()], { mounts: true });
  for (const { code, message } of [
    ...[result.whileRunning, result.firstSave, result.below],
    ...result.refused,
  ]) {
    expect(code).toBe('not_writable');
    expect(message).toMatch(/read-only mount\. Mount it writable/);
  }
  expect([result.stillReads, result.found, result.loaded.code]).toEqual([
    'stored before',
    'stored before',
    'none',
  ]);
  expect([result.keys, result.failing]).toEqual([['record'], ['writable']]);
  expect(result.saved.code).toBe('none');
  expect(result.warning).toMatchObject({ ok: false, remedy: expect.stringContaining('Mount a volume') });
});

test('a refusal is looked into again, and once mended the same backend goes on', async () => {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o755);
  const backend = fileBackend({ directory });
  await expect(backend.load(KEY)).rejects.toMatchObject({ code: 'insecure_permissions' });
  chmodSync(directory, 0o700);
  expect(await backend.load(KEY)).toBeUndefined();
});

test('a file in the way is said to be one', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  expect(() => fileBackend({ directory: file })).toThrow(expect.objectContaining({ option: 'directory' }));
  const { code, message } = await refusal(join(file, 'state'));
  expect(code).toBe('not_writable');
  expect(message).toContain('a part of that path is a file');
});

test('the checks of a healthy directory say what they found', async () => {
  const directory = temporaryDirectory();
  const checks = await fileBackend({ directory }).check();
  expect(checks.map(({ name }) => name)).toEqual(['directory', 'writable', 'free space', 'volume']);
  expect(checks[0]).toEqual({ name: 'directory', ok: true, detail: expect.any(String) });
  expect(checks[0]?.detail).toContain(directory);
  expect(checks[0]?.detail).toContain('mode 0700');
});
