import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { fileBackend } from '@everbearer/backends/file';
import { secretBackend } from '@everbearer/backends/secret';
import { ConfigurationError, type TokenBackendError } from '@everbearer/core';
import { backendConformance } from '@everbearer/testing/backend-conformance';
import { describe, expect, test, vi } from 'vitest';
import { isRoot, scenario } from '../support/scenario.ts';
import { lineageProvider, managerOf, originOf } from '../support/seeded-manager.ts';
import { temporaryDirectory } from '../support/state-files.ts';

const SECRET = 'a-text-that-no-error-quotes';

/** A secret as Kubernetes mounts it: the file is a link to `..data`, itself a link that an update swaps. */
function mountedSecret(first: string) {
  const mount = temporaryDirectory();
  let serial = 0;
  const update = (text: string) => {
    const before = `..2026_${serial}`;
    const folder = `..2026_${++serial}`;
    mkdirSync(join(mount, folder));
    writeFileSync(join(mount, folder, 'token'), text);
    symlinkSync(folder, join(mount, '..data_tmp'));
    renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    rmSync(join(mount, before), { recursive: true, force: true });
  };
  update(first);
  symlinkSync(join('..data', 'token'), join(mount, 'token'));
  return { mount, path: join(mount, 'token'), update };
}

function plainSecret(text: string) {
  const path = join(temporaryDirectory(), 'token');
  writeFileSync(path, text);
  return path;
}

async function failureOf(path: string): Promise<TokenBackendError> {
  const error = await secretBackend({ path })
    .load('any')
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'TokenBackendError' });
  expect((error as Error).message).toContain(path);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  return error as TokenBackendError;
}

describe('conformance', () => {
  backendConformance({ test, readOnly: true, create: () => secretBackend({ path: plainSecret('rt') }) });
});

describe('a change is seen', () => {
  test('after a swap of ..data, with a hint', async () => {
    const { path, update } = mountedSecret('one');
    const backend = secretBackend({ path });
    const before = await backend.load('any');
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = backend.watch('any', () => resolve());
    update('two');
    await promise;
    expect(await backend.load('any')).toMatchObject({ data: 'two' });
    expect((await backend.load('any'))?.version).not.toBe(before?.version);
    stop();
  });

  const CHANGES: Record<string, (path: string) => void> = {
    'renamed over': (path) => {
      writeFileSync(`${path}.new`, 'two');
      renameSync(`${path}.new`, path);
    },
    'written to': (path) => writeFileSync(path, 'two'),
    'removed and made anew': (path) => {
      unlinkSync(path);
      writeFileSync(path, 'two');
    },
  };

  test.each(Object.entries(CHANGES))('of a file that is %s, with a hint', async (_how, change) => {
    const path = plainSecret('one');
    const backend = secretBackend({ path });
    let hints = 0;
    backend.watch('any', () => hints++);
    change(path);
    await vi.waitFor(
      async () => {
        expect(hints).toBeGreaterThan(0);
        expect((await backend.load('any'))?.data).toBe('two');
      },
      { timeout: 20_000 },
    );
    await backend.close();
  });

  test('and other files of the folder are no news; after the end there is none at all', async () => {
    const path = plainSecret('one');
    const backend = secretBackend({ path });
    const hint = vi.fn();
    const stop = backend.watch('any', hint);
    writeFileSync(join(path, '..', 'another'), 'x');
    await pause(150);
    expect(hint).not.toHaveBeenCalled();
    stop();
    stop();
    writeFileSync(path, 'two');
    await pause(150);
    expect(hint).not.toHaveBeenCalled();
    // A folder that is not there can be watched by nobody, which is no error.
    secretBackend({ path: join(path, '..', 'absent', 'token') }).watch('any', hint)();
  });
});

test('a file that is not there, or a link in the middle of a swap, holds nothing', async () => {
  const { mount, path } = mountedSecret('one');
  unlinkSync(join(mount, '..data'));
  expect(await secretBackend({ path }).load('any')).toBeUndefined();
  expect(await secretBackend({ path: join(mount, 'absent') }).load('any')).toBeUndefined();
});

test('a writer in place is not caught half-way', async () => {
  const path = plainSecret('x'.repeat(100));
  const backend = secretBackend({ path });
  const reading = Array.from({ length: 40 }, () => backend.load('any'));
  for (let at = 0; at < 20; at++) appendFileSync(path, 'y'.repeat(100));
  const texts = await Promise.all(reading.map((read) => read.catch(() => undefined)));
  for (const text of texts) expect((text?.data.length ?? 0) % 100).toBe(0);
});

describe('what cannot be a secret is refused with the file and the remedy', () => {
  test('a directory', async () => {
    const error = await failureOf(temporaryDirectory());
    expect(error).toMatchObject({ code: 'unreadable', message: expect.stringContaining('Name the file') });
  });

  test('a pipe, and nothing hangs', async () => {
    const path = join(temporaryDirectory(), 'pipe');
    execFileSync('mkfifo', ['-m', '600', path]);
    expect((await failureOf(path)).code).toBe('unreadable');
  });

  test('a gigabyte', async () => {
    const path = plainSecret(SECRET);
    truncateSync(path, 1024 ** 3);
    const startedAt = performance.now();
    expect(await failureOf(path)).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('bytes'),
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test('one that everybody can change', async () => {
    const path = plainSecret(SECRET);
    chmodSync(path, 0o646);
    const error = await failureOf(path);
    expect(error).toMatchObject({
      code: 'insecure_permissions',
      message: expect.stringContaining(`chmod o-w ${path}`),
    });
    // As Kubernetes mounts it by default.
    chmodSync(path, 0o644);
    expect((await secretBackend({ path }).load('any'))?.data).toBe(SECRET);
  });

  test('links in a circle, and a path through a file', async () => {
    const folder = temporaryDirectory();
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect((await failureOf(join(folder, 'a'))).code).toBe('unreadable');
    expect((await failureOf(join(plainSecret('x'), 'token'))).code).toBe('unreadable');
  });
});

interface Mounts {
  readOnly: { data?: string; saved: string };
  alone: { before?: string; after?: string; whole?: string; finding: object };
  denied: { code: string; message: string };
}

test('read-only mounts are read; a file mounted alone (subPath) stays as it was, and check() says so', async () => {
  const { readOnly, alone, denied } = await scenario<Mounts>('secret-mounts', [temporaryDirectory()], {
    mounts: true,
  });
  expect(readOnly).toEqual({ data: 'in the mount', saved: 'not_writable' });
  expect(alone).toMatchObject({ before: 'one', after: 'one', whole: 'two' });
  expect(alone.finding).toMatchObject({
    name: 'updates',
    ok: false,
    remedy: expect.stringContaining('subPath'),
  });
  // Root reads everything, so without root's rights there is nobody to be denied here.
  if (isRoot)
    expect(denied).toMatchObject({ code: 'unreadable', message: expect.stringContaining('fsGroup') });
});

test.each([
  ['nothing', undefined, 'options'],
  ['no path', {}, 'path'],
  ['an empty path', { path: '' }, 'path'],
  ['a path with a zero', { path: 'a\0b' }, 'path'],
  ['a path from a shell', { path: '~/token' }, 'path'],
  ['several lines, which are no path', { path: `${SECRET}\n${SECRET}` }, 'path'],
])('%s is refused', (_name, options, option) => {
  const create = () => secretBackend(options as never);
  expect(create).toThrow(ConfigurationError);
  expect(create).toThrow(expect.objectContaining({ option }));
});

test('check() of a healthy secret, and of none', async () => {
  const { path, mount } = mountedSecret('one');
  const checks = await secretBackend({ path }).check();
  expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['file', true],
    ['owner', true],
    ['updates', true],
  ]);
  for (const [file, says] of [
    [join(mount, 'absent'), 'not there'],
    [plainSecret(' \n'), 'is empty'],
    [mount, 'is a directory'],
  ] as const) {
    expect((await secretBackend({ path: file }).check())[0]).toMatchObject({
      name: 'file',
      ok: false,
      detail: expect.stringContaining(says),
    });
  }
});

describe('as a seed', () => {
  test('a swapped secret is a new sign-in, without a restart', async () => {
    const { path, update } = mountedSecret('first');
    const { provider, redeemed } = lineageProvider(true);
    const backend = fileBackend({ directory: temporaryDirectory() });
    await using manager = managerOf(provider, backend, secretBackend({ path }));
    expect(await originOf(manager)).toBe('first');
    update('second\n');
    await vi.waitFor(async () => expect(await originOf(manager)).toBe('second'), { timeout: 20_000 });
    // A dead one never displaces a living session.
    update('dead');
    await pause(500);
    for (let i = 0; i < 5; i++) expect(await originOf(manager)).toBe('second');
    await manager.renew();
    expect(redeemed).toEqual(['first', 'second', 'second~1']);
  });

  test('malformed content is an error without a session, and no obstacle to one', async () => {
    const { path, update } = mountedSecret(`{"refresh_token": "${SECRET}`);
    const { provider } = lineageProvider(true);
    const backend = fileBackend({ directory: temporaryDirectory() });
    await using manager = managerOf(provider, backend, secretBackend({ path }));
    const error = await manager.getToken().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'damaged', message: expect.stringContaining(path) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
    update('first');
    await vi.waitFor(async () => expect(await originOf(manager)).toBe('first'), { timeout: 20_000 });
    update('"in quotation marks"');
    await manager.renew();
    expect((await manager.status()).warnings).toEqual([expect.stringContaining('quotation marks')]);
  });
});

describe('alone', () => {
  test('it serves where old refresh tokens stay valid; a changed secret is followed', async () => {
    const { path, update } = mountedSecret('first');
    const { provider } = lineageProvider(false);
    await using manager = managerOf(provider, secretBackend({ path }));
    expect(await originOf(manager)).toBe('first');
    update('second');
    await vi.waitFor(async () => expect(await originOf(manager)).toBe('second'), { timeout: 20_000 });
  });

  test('it is refused where they do not', () => {
    const { provider } = lineageProvider(true);
    expect(() => managerOf(provider, secretBackend({ path: plainSecret('rt') }))).toThrow(
      /Give it as `seed`/,
    );
  });
});
