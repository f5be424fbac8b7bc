import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { watchStalls } from '@everbearer/far-end/support/machine-stalls';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { oauth2 } from '@everbearer/providers/oauth2';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/disk-fault-process.ts', import.meta.url));
const isRoot = process.geteuid?.() === 0;
let farEnd: FarEnd;
let folder: string;

beforeAll(async () => {
  farEnd = await startFarEnd();
});
afterAll(async () => {
  await farEnd.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-fault-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

async function tokensOfSignIn() {
  const { access_token, refresh_token } = await farEnd.control.signIn();
  return { accessToken: String(access_token), refreshToken: String(refresh_token) };
}

interface Line {
  refused?: boolean;
  code?: string;
  message?: string;
  renewed?: boolean;
  ms?: number;
  event?: string;
  afterRecoveryMs?: number;
  stored?: boolean;
}

/** Runs the process, under `command`, and returns what it printed. */
function run(command: string[], config: object): Line[] {
  const { tokenEndpoint, clientId } = farEnd;
  const node = [process.execPath, ...SOURCE_OPTIONS, main];
  const [program = '', ...args] = [...command, ...node];
  const DISK_FAULT = JSON.stringify({ tokenEndpoint, clientId, ...config });
  const { stdout, stderr, status } = spawnSync(program, args, {
    env: { ...process.env, DISK_FAULT },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** In a mount namespace of its own, which takes its mounts with it. */
function onSmallDisk(kilobytes: number): string[] {
  const script = `mount -t tmpfs -o size=${kilobytes}k,mode=700 tmpfs "${folder}" && exec "$@"`;
  return ['unshare', ...(isRoot ? [] : ['--map-root-user']), '--mount', 'sh', '-c', script, 'sh'];
}

async function refreshesDuring(work: () => Line[] | Promise<Line[]>) {
  const before = (await farEnd.control.counts()).authorizationServer.refreshes;
  const lines = await work();
  const { refreshes, reuses } = (await farEnd.control.counts()).authorizationServer;
  return { lines, refreshes: refreshes - before, reuses };
}

test('a full disk is found before the refresh token is redeemed', async () => {
  const signedIn = await tokensOfSignIn();
  const { lines, refreshes } = await refreshesDuring(() =>
    run(onSmallDisk(96), { directory: join(folder, 'state'), mount: folder, signedIn, fault: 'full' }),
  );
  expect(lines.at(-1)).toMatchObject({ refused: true, code: 'full' });
  expect(lines.at(-1)?.message).toContain('df -h');
  expect(refreshes).toBe(0);
});

test('a mount that became read-only is found before the refresh token is redeemed', async () => {
  const signedIn = await tokensOfSignIn();
  const { lines, refreshes } = await refreshesDuring(() =>
    run(onSmallDisk(512), { directory: join(folder, 'state'), mount: folder, signedIn, fault: 'read-only' }),
  );
  expect(lines.at(-1)).toMatchObject({ refused: true, code: 'not_writable' });
  expect(lines.at(-1)?.message).toContain('read-only mount');
  expect(refreshes).toBe(0);
});

test("another user's directory is found before the refresh token is redeemed, with the command that mends it", async () => {
  const directory = join(folder, 'state');
  const { tokenEndpoint, clientId } = farEnd;
  const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
  const owner = createTokenManager({ provider, backend: fileBackend({ directory }) });
  await owner.signIn(await tokensOfSignIn());
  chmodSync(folder, 0o755);
  // Root runs the process as the user `nobody`; any other user meets a directory that belongs to root.
  const command = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const config = { directory: isRoot ? directory : '/usr/everbearer', fault: 'none' };
  const { lines, refreshes } = await refreshesDuring(() => run(command, config));
  expect(lines.at(-1)).toMatchObject({ refused: true });
  expect(['insecure_permissions', 'not_writable', 'unreadable']).toContain(lines.at(-1)?.code);
  expect(lines.at(-1)?.message).toMatch(/chown|install -d/);
  expect(lines.at(-1)?.message).toContain(isRoot ? 'uid 65534' : `uid ${process.geteuid?.()}`);
  expect(refreshes).toBe(0);
});

test('a store that fails after the rotation: the caller is served, the process stays until it is saved', async () => {
  const signedIn = await tokensOfSignIn();
  using stalls = watchStalls();
  const { lines, refreshes, reuses } = await refreshesDuring(() =>
    run(onSmallDisk(512), {
      directory: join(folder, 'state'),
      mount: folder,
      signedIn,
      fault: 'read-only-after-rotation',
    }),
  );
  const events = lines.map(({ event }) => event).filter(Boolean);
  expect(events).toEqual(['signed_in', 'renewal_started', 'unsaved', 'renewed', 'saved_late']);
  const late = lines.find(({ event }) => event === 'saved_late')?.afterRecoveryMs;
  expect(late).toBeGreaterThanOrEqual(0);
  expect(Number(late) - 4 * stalls.longestMs).toBeLessThan(1_000);
  expect(Number(lines.find(({ renewed }) => renewed)?.ms) - 4 * stalls.longestMs).toBeLessThan(1_000);
  expect(lines.at(-1)).toEqual({ stored: true });
  expect({ refreshes, reuses }).toEqual({ refreshes: 1, reuses: 0 });
});

test('the tools these tests need are there', () => {
  for (const tool of ['unshare', 'mount', 'setpriv'])
    expect(() => execFileSync(tool, ['--version'])).not.toThrow();
});
