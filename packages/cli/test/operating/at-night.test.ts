import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { jsonReply, type LoopbackServer, listenOnLoopback, send } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { DAY_MS, HOUR_MS, movedClock } from '../support/moved-clock.ts';
import { programOver } from '../support/program-over.ts';
import { environment } from '../support/shell.ts';

/* The statements of docs/operating.md on troubles, on a clock that is moved. A test begins with the name of its statement. */

const clock = movedClock();
const shared = sharedServer();
let api: LoopbackServer;
let requests = 0;
beforeAll(async () => {
  api = await listenOnLoopback(async (request, response) => {
    requests++;
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    send(response, jsonReply(shared.server.judge(token).kind === 'valid' ? 200 : 401, {}));
  });
});
afterAll(() => api.close());
beforeEach(() => {
  shared.server.clearScript();
  shared.server.configure({ graceMs: 0 });
});

async function signedIn() {
  const line = commandLine(shared.server, { origins: [new URL(api.url).origin] });
  await line.signIn();
  const call = () => line.run(`request GET ${api.url}/me`);
  expect(await call()).toMatchObject({ exit: 0 });
  return { ...line, call };
}

/** One that is running, whose session the server has ended. */
async function dead() {
  const line = await signedIn();
  const program = programOver(shared.server, line.directory);
  shared.server.revokeFamily();
  shared.server.revokeAccessTokens();
  const call = () => program.call(`${api.url}/me`).catch((error: { code?: string }) => error.code);
  // The one that finds out is answered by the API itself.
  expect(await call()).toBe(401);
  return { ...line, call };
}

describe('it is dead', () => {
  test('taken-up: a program that runs goes on after the sign-in of another, without a restart', async () => {
    const { call, signIn, run } = await dead();
    await run('logout');
    await signIn();
    await expect.poll(call, { timeout: 35_000 }).toBe(200);
  });

  test('dead-sends-nothing: no request leaves, and the error says so at once', async () => {
    const { call } = await dead();
    const before = { requests, at: performance.now() };
    for (let calls = 0; calls < 20; calls++) expect(await call()).toBe('revoked');
    expect(performance.now() - before.at).toBeLessThan(2_000);
    expect(requests).toBe(before.requests);
  });

  test('dead-asks-nobody: the token endpoint hears nothing more of it', async () => {
    const { call, run } = await dead();
    const before = shared.server.counts.tokenRequests;
    for (let days = 0; days < 10; days++) {
      clock.advance(DAY_MS);
      expect(await call()).toBe('revoked');
      expect(await run('token')).toMatchObject({ exit: 2 });
    }
    expect(shared.server.counts.tokenRequests).toBe(before);
  });

  test('cannot-tell: 3 where the store cannot be read', async () => {
    const { run, store } = await signedIn();
    chmodSync(store, 0o777);
    expect(await run('status')).toMatchObject({ exit: 3, notes: expect.stringContaining('chmod 700') });
    expect(await run('status --output nagios')).toMatchObject({
      exit: 3,
      out: expect.stringMatching(/^EVERBEARER UNKNOWN/),
    });
  });
});

describe('no reason to get up', () => {
  test('endpoint-down: the token in hand goes on, then the true cause is said, then it goes on by itself', async () => {
    const { call, run } = await signedIn();
    shared.server.script(
      ...Array.from(
        { length: 50 },
        () => ({ kind: 'unavailable', retryAfterSeconds: 900, grant: 'refresh_token' }) as const,
      ),
    );
    clock.advance(HOUR_MS / 2);
    expect(await call()).toMatchObject({ exit: 0 });
    clock.advance(HOUR_MS);
    const failed = await call();
    expect(failed).toMatchObject({ exit: 1, notes: expect.stringContaining('503') });
    expect(await run('status')).toMatchObject({ exit: 1, out: expect.stringContaining('HTTP 503') });
    shared.server.clearScript();
    clock.advance(HOUR_MS);
    expect(await call()).toMatchObject({ exit: 0 });
    expect(await run('status')).toMatchObject({ exit: 0 });
  });

  test('store-not-writable: no refresh token is spent, and room is all that is needed', async () => {
    const { call, directory } = await signedIn();
    clock.advance(2 * HOUR_MS);
    const before = shared.server.counts.tokenRequests;
    const full = programOver(shared.server, directory, { isFull: true });
    expect(await full.call(`${api.url}/me`).catch((error: { code?: string }) => error.code)).toBe('full');
    expect(shared.server.counts.tokenRequests).toBe(before);
    expect(await call()).toMatchObject({ exit: 0 });
  });

  test('killed: before the server saw it, the next renewal is as any other', async () => {
    const { call, directory } = await signedIn();
    const before = shared.server.counts.tokenRequests;
    shared.server.script({ kind: 'hang', ms: 60_000, grant: 'refresh_token' });
    const env = environment(directory);
    const renewal = spawn('sh', ['-c', 'exec everbearer renew'], { cwd: directory, env, stdio: 'ignore' });
    const ended = once(renewal, 'close');
    await expect.poll(() => shared.server.counts.tokenRequests).toBe(before + 1);
    renewal.kill('SIGKILL');
    await ended;
    shared.server.clearScript();
    clock.advance(2 * HOUR_MS);
    expect(await call()).toMatchObject({ exit: 0 });
  });
});

/** As backups are made: owners and modes go along. */
function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

describe('what breaks it', () => {
  /** The store as it was before, back in its place. */
  async function restored(line: Awaited<ReturnType<typeof signedIn>>) {
    const backup = join(line.directory, 'backup');
    copy(line.store, backup);
    clock.advance(2 * HOUR_MS);
    expect(await line.call()).toMatchObject({ exit: 0 });
    clock.advance(DAY_MS);
    rmSync(line.store, { recursive: true });
    copy(backup, line.store);
  }

  test('restored-backup: its refresh token is spent, and the session ends', async () => {
    const line = await signedIn();
    await restored(line);
    expect(await line.call()).toMatchObject({ exit: 2 });
  });

  test('restored-at-entra: old refresh tokens live on, so it works again', async () => {
    shared.server.configure({ graceMs: 90 * DAY_MS });
    const line = await signedIn();
    await restored(line);
    expect(await line.call()).toMatchObject({ exit: 0 });
  });

  test('copied-store: two of them with one refresh token end the session for both', async () => {
    const line = await signedIn();
    const second = commandLine(shared.server, { origins: [new URL(api.url).origin] });
    copy(line.store, second.store);
    clock.advance(2 * HOUR_MS);
    expect(await line.call()).toMatchObject({ exit: 0 });
    expect(await second.run(`request GET ${api.url}/me`)).toMatchObject({ exit: 2 });
    clock.advance(2 * HOUR_MS);
    expect(await line.call()).toMatchObject({ exit: 2 });
  });

  test.each(['logout', 'export --format env --move'])(
    'signed-out: after %s other programs stop, and say why',
    async (words) => {
      const line = await signedIn();
      const program = programOver(shared.server, line.directory);
      expect(await program.call(`${api.url}/me`)).toBe(200);
      expect(await line.run(words, { shows: true })).toMatchObject({ exit: 0 });
      await expect
        .poll(() => program.call(`${api.url}/me`).catch((error: { code?: string }) => error.code), {
          timeout: 35_000,
        })
        .toBe('signed_out');
      expect(await line.run('status')).toMatchObject({ exit: 2, out: expect.stringContaining('signed_out') });
    },
  );
});
