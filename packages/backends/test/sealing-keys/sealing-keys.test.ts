import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { encrypted } from '@everbearer/backends/encrypted';
import { memoryBackend } from '@everbearer/backends/memory';
import { keyFromEnv, keyFromFile, keyFromKeychain, type SealingKey } from '@everbearer/backends/sealing-keys';
import { ConfigurationError } from '@everbearer/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isRoot, scenario } from '../support/scenario.ts';
import { headerOf, KEY } from '../support/sealing.ts';
import { expectSilent } from '../support/silence.ts';
import { temporaryDirectory } from '../support/state-files.ts';

const key = randomBytes(32);
const text = key.toString('base64url');
const passphrase = 'correct horse battery staple 32!';

function refusalOf(work: () => unknown): ConfigurationError {
  let error: unknown;
  try {
    work();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConfigurationError);
  expectSilent(error, text, passphrase, key.toString('hex').slice(0, 12));
  return error as ConfigurationError;
}

/** A key file of this mode. */
function keyFile(content: string | Uint8Array, mode = 0o400): string {
  const file = join(temporaryDirectory(), 'key');
  writeFileSync(file, content, { mode });
  chmodSync(file, mode);
  return file;
}

function setVariable(value: string): string {
  const name = `EVERBEARER_TEST_${randomBytes(4).toString('hex')}`;
  process.env[name] = value;
  onTestFinished(() => void delete process.env[name]);
  return name;
}

test('one key opens what it sealed, wherever it is kept', async () => {
  const store = memoryBackend();
  const keys: SealingKey[] = [
    keyFromEnv(setVariable(` ${text} `)),
    keyFromFile(keyFile(`${key.toString('base64')}\n`)),
    keyFromFile(keyFile(key)),
    { key },
  ];
  let version: string | undefined;
  for (const [index, sealing] of keys.entries()) {
    version = await encrypted(store, { keys: [sealing] }).save(KEY, `text ${index}`, version);
    for (const opening of keys)
      expect(await encrypted(store, { keys: [opening] }).load(KEY)).toMatchObject({ data: `text ${index}` });
  }
});

test('a kid may be given', async () => {
  const store = memoryBackend();
  const keys = [
    keyFromFile(keyFile(text), { kid: 'from-a-file' }),
    keyFromEnv(setVariable(text), { kid: 'x' }),
  ];
  await encrypted(store, { keys }).save(KEY, 'a text', undefined);
  expect(headerOf((await store.load(KEY))?.data ?? '')).toMatchObject({ kid: 'from-a-file' });
});

test('a key that was read prints nothing of itself', () => {
  const held = keyFromEnv(setVariable(text));
  expect(Buffer.from(held.key)).toEqual(key);
  const shown = [inspect(held, { showHidden: true, getters: true }), JSON.stringify({ held }), `${held}`];
  expect(shown).toEqual(['[SealingKey]', '{"held":{"key":"[redacted]"}}', '[SealingKey]']);
  expect(Object.values({ ...held })).toEqual([undefined]);
});

describe.each([
  ['keyFromEnv', keyFromEnv],
  ['keyFromFile', keyFromFile],
] as const)('%s given the key itself', (_name, take) => {
  test.each([
    ['base64url', key.toString('base64url')],
    ['base64', key.toString('base64')],
    ['with a line break', `${key.toString('base64')}\n`],
  ])('as %s: refused, and not quoted', (_spelling, given) => {
    const { message, option } = refusalOf(() => take(given));
    expect(['name', 'path']).toContain(option);
    expect(message).toMatch(/not the key itself/);
    expect(message).not.toContain(given.trim().slice(0, 8));
  });
});

describe('keyFromEnv', () => {
  test.each([
    ['absent', undefined, 'is not set'],
    ['empty', '', 'is empty'],
    ['blank', '  \n', 'is empty'],
    ['a passphrase', passphrase, 'is not base64url text'],
    ['a short key', text.slice(0, 22), 'is 16 bytes long'],
    ['hexadecimal', key.toString('hex'), 'is 48 bytes long'],
  ])('%s: refused, with the name and what to do', (_, value, says) => {
    const name = value === undefined ? 'EVERBEARER_TEST_ABSENT' : setVariable(value);
    const { message, option } = refusalOf(() => keyFromEnv(name));
    expect(option).toBe('name');
    expect(message).toContain(`the environment variable ${name}`.slice(4));
    expect(message).toContain(says);
    expect(message).toContain(`export ${name}="$(openssl rand -base64 32)"`);
  });

  test.each([undefined, '', 7])('%j is no name', (name) => {
    expect(refusalOf(() => keyFromEnv(name as string)).option).toBe('name');
  });
});

describe('keyFromFile', () => {
  test.each([0o600, 0o440, 0o404, 0o700, 0o500, 0o644, 0o777])('mode %o is refused', (mode) => {
    const file = keyFile(text, mode);
    const { message, option } = refusalOf(() => keyFromFile(file));
    expect(option).toBe('path');
    expect(message).toContain(`mode ${mode.toString(8).padStart(4, '0')}`);
    expect(message).toContain(`chmod 0400 ${file}`);
    chmodSync(file, 0o400);
    expect(Buffer.from(keyFromFile(file).key)).toEqual(key);
  });

  test.skipIf(!isRoot)("another user's file is refused, for root too", () => {
    const file = keyFile(text);
    chownSync(file, 12_345, 12_345);
    expect(refusalOf(() => keyFromFile(file)).message).toContain(
      'belongs to uid 12345, and this process runs as uid 0',
    );
  });

  test.skipIf(!isRoot)('a file that this user may not read is told so', async () => {
    const file = keyFile(text);
    const { code, message } = await scenario<{ code: string; message: string }>('read-key', [file], {
      uid: 12_345,
    });
    expect(code).toBe('configuration');
    expect(message).toContain(`${file} cannot be read (EACCES)`);
    expect(message).toContain('(uid 12345), with mode 0400');
  });

  describe.skipIf(!isRoot)('a secret that Kubernetes mounts for a user who is not root', () => {
    const FS_GROUP = 2_000;
    const USER = 12_345;

    /** As the kubelet lays it out: the file is behind two links, and belongs to root and the group of the volume. */
    function mounted(mode: number, gid = FS_GROUP, uid = 0, around = temporaryDirectory()): string {
      const content = join(around, '..2026_11_28');
      mkdirSync(content);
      writeFileSync(join(content, 'sealing-key'), text, { mode });
      chmodSync(join(content, 'sealing-key'), mode);
      chownSync(join(content, 'sealing-key'), uid, gid);
      symlinkSync('..2026_11_28', join(around, '..data'));
      symlinkSync('..data/sealing-key', join(around, 'sealing-key'));
      chmodSync(around, 0o3777);
      return join(around, 'sealing-key');
    }

    const readAs = (path: string, groups: string) =>
      scenario<{ code: string; message: string; source?: string }>('read-key', [path], {
        within: ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, `--groups=${groups}`],
      });

    test.each(['0440', '0640', '0550'])(
      'is taken with mode %s, and it is said what was accepted',
      async (mode) => {
        const path = mounted(Number.parseInt(mode, 8));
        const { code, source, message } = await readAs(path, `${FS_GROUP}`);
        expect({ code, message }).toEqual({ code: 'none', message: '' });
        expect(source).toBe(
          `the file ${path}, which belongs to uid 0, gid 2000, mode ${mode}: this process may read it as a member of group 2000, and so may every other member`,
        );
      },
    );

    test.each([
      ['0644', 0],
      ['0444', 0],
      ['0644', FS_GROUP],
    ])(
      'is taken with mode %s of group %i from a secret volume, whose world is the container',
      async (mode, gid) => {
        const volume = temporaryDirectory();
        execFileSync('mount', ['-t', 'tmpfs', 'secret', volume]);
        onTestFinished(() => void execFileSync('umount', [volume]));
        const path = mounted(Number.parseInt(mode, 8), gid, 0, volume);
        const { code, source, message } = await readAs(path, `${FS_GROUP}`);
        expect({ code, message }).toEqual({ code: 'none', message: '' });
        expect(source).toContain(`mode ${mode}: this process may read it as everybody may in the container`);
      },
    );

    test.each([
      ['that others may change', 0o666, 0],
      ['of another user', 0o644, 999],
    ])('is refused in a secret volume, if it is one %s', async (_, mode, uid) => {
      const volume = temporaryDirectory();
      execFileSync('mount', ['-t', 'tmpfs', 'secret', volume]);
      onTestFinished(() => void execFileSync('umount', [volume]));
      const { code } = await readAs(mounted(mode, FS_GROUP, uid, volume), `${FS_GROUP}`);
      expect(code).toBe('configuration');
    });

    test('is taken where it belongs to this user', async () => {
      const path = mounted(0o400, USER, USER);
      const { code, source } = await readAs(path, `${FS_GROUP}`);
      expect(code).toBe('none');
      expect(source).toContain(`belongs to uid ${USER}, gid ${USER}, mode 0400: nobody else may read it`);
    });

    test.each([
      ['the world can read', 0o444, 'mode 0444, and everybody may read or change it'],
      ['the world can read, as is the default', 0o644, 'mode 0644, and everybody may read or change it'],
      ['the group can write', 0o460, 'mode 0460, and its group may change it'],
      ['everybody can write', 0o442, 'mode 0442, and everybody may read or change it'],
    ])('is refused where %s, with the lines for the pod', async (_, mode, says) => {
      const { code, message } = await readAs(mounted(mode), `${FS_GROUP}`);
      expect(code).toBe('configuration');
      expect(message).toContain(says);
      expect(message).toContain('In Kubernetes: `defaultMode: 0400` of the volume, and `fsGroup`');
    });

    test('is refused where it belongs to somebody else, and where this user may not read it', async () => {
      const { message } = await readAs(mounted(0o440, FS_GROUP, 999), `${FS_GROUP}`);
      expect(message).toContain('belongs to uid 999, and this process runs as uid 12345');
      const denied = await readAs(mounted(0o440), '3000');
      expect(denied.message).toContain('cannot be read (EACCES)');
      expect(denied.message).toContain('`fsGroup`');
    });

    test('is taken by root too, through a group that is not its own', async () => {
      const within = ['setpriv', '--groups=2000'];
      const path = mounted(0o440);
      expect(await scenario('read-key', [path], { within })).toMatchObject({
        code: 'none',
        source: expect.stringContaining('as a member of group 2000'),
      });
    });
  });

  test('where the keys are from is a finding of check()', async () => {
    const file = keyFile(text);
    const name = setVariable(randomBytes(32).toString('base64'));
    const keys = [
      keyFromFile(file, { kid: 'new' }),
      keyFromEnv(name, { kid: 'old' }),
      { kid: 'own', key: randomBytes(32) },
    ];
    const checks = await encrypted(memoryBackend(), { keys }).check();
    expect(checks.find((check) => check.name === 'keys')).toEqual({
      name: 'keys',
      ok: true,
      detail: `"new" is from the file ${file}, which belongs to uid ${process.geteuid?.()}, gid ${process.getegid?.()}, mode 0400: nobody else may read it. "old" is from the environment variable ${name}.`,
    });
  });

  test.each([
    ['empty', '', 'is empty'],
    ['blank', '\n', 'is not base64url text'],
    ['a passphrase of 32 characters', passphrase, 'is readable text'],
    ['a short key', text.slice(0, 22), 'is 16 bytes long'],
    ['binary of another length', key.subarray(1), 'is not base64url text'],
    ['two keys', `${text}\n${text}\n`, 'is not base64url text'],
    ['a large file', 'A'.repeat(100_000), 'is too long for a key'],
  ])('%s: refused', (_, content, says) => {
    const file = keyFile(content);
    const { message } = refusalOf(() => keyFromFile(file));
    expect(message).toContain(says);
    expect(message).toContain(file);
  });

  test('absent: refused, with the command that makes one', () => {
    const file = join(temporaryDirectory(), 'the key');
    const { message } = refusalOf(() => keyFromFile(file));
    expect(message).toContain(`${file} does not exist`);
    const [, command = ''] = /Make one with: (.*)$/.exec(message) ?? [];
    execFileSync('sh', ['-c', command]);
    expect(keyFromFile(file).key).toHaveLength(32);
  });

  test('a folder and a pipe are not regular files, and nothing waits for the pipe', () => {
    const around = temporaryDirectory();
    mkdirSync(join(around, 'folder'), { mode: 0o400 });
    execFileSync('mkfifo', ['-m', '400', join(around, 'pipe')]);
    for (const name of ['folder', 'pipe'])
      expect(refusalOf(() => keyFromFile(join(around, name))).message).toContain('is not a regular file');
  });

  test('a link is followed, and what it leads to is judged', () => {
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(keyFile(text), link);
    expect(Buffer.from(keyFromFile(link).key)).toEqual(key);
    const loose = join(temporaryDirectory(), 'loose');
    symlinkSync(keyFile(text, 0o644), loose);
    expect(refusalOf(() => keyFromFile(loose)).message).toContain('mode 0644');
  });

  test.each([undefined, '', 'a\0b', 7])('%j is no path', (path) => {
    expect(refusalOf(() => keyFromFile(path as string)).option).toBe('path');
  });
});

describe('keyFromKeychain', () => {
  const entry = { service: 'everbearer-test', account: 'sealing' };

  async function refused(work: Promise<unknown>): Promise<ConfigurationError> {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return refusalOf(() => {
      throw error;
    });
  }

  test.runIf(process.platform === 'linux')(
    'without a keychain it is an error, and nothing stands in for it',
    async () => {
      vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nonexistent');
      onTestFinished(() => void vi.unstubAllEnvs());
      const { message, option } = await refused(keyFromKeychain(entry));
      expect(option).toBe('service');
      expect(message).toContain('"everbearer-test" / "sealing"');
      expect(message).toContain('has no keychain, or it is locked');
    },
  );

  test('without @napi-rs/keyring it names the package', async () => {
    vi.doMock('@napi-rs/keyring', () => {
      throw new Error('no such package');
    });
    onTestFinished(() => void vi.doUnmock('@napi-rs/keyring'));
    const { message } = await refused(keyFromKeychain(entry));
    expect(message).toContain('npm install @napi-rs/keyring');
  });

  test.each([undefined, {}, { service: '', account: 'a' }, { service: 's', account: 7 }])(
    '%j names no entry',
    async (given) => {
      const { message } = await refused(keyFromKeychain(given as unknown as typeof entry));
      expect(message).toContain('must name the entry of the keychain');
    },
  );
});
