import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createAccounts } from '@everbearer/core';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { beginFromSeed } from '../../src/session/begin-from-seed.ts';
import { commandLine, refuseLeaks, sharedServer } from '../support/command-line.ts';
import { environment, MAIN } from '../support/shell.ts';

const shared = sharedServer();

function start(directory: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [...SOURCE_OPTIONS, MAIN, 'keepalive', ...args], {
    cwd: directory,
    env: environment(directory, env),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { out: '', notes: '' };
  child.stdout.on('data', (chunk) => (texts.out += chunk));
  child.stderr.on('data', (chunk) => (texts.notes += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { texts, ended, terminate: () => child.kill('SIGTERM') };
}

test('SIGTERM in the middle of a renewal loses nothing, also twice as `timeout` sends it; systemd and probes are told', async () => {
  const { server } = shared;
  const { directory, signIn, run } = commandLine(server);
  await signIn();
  await run('renew');
  const told = join(directory, 'told');
  environment(directory);
  const notify = join(directory, 'bin/systemd-notify');
  writeFileSync(notify, `#!/bin/sh\necho "$@" >> '${told}'\n`);
  chmodSync(notify, 0o755);
  const heard = () => (existsSync(told) ? readFileSync(told, 'utf8') : '');
  server.script({ kind: 'hang', ms: 500, grant: 'refresh_token' });
  const before = server.counts.tokenRequests;
  const env = { NOTIFY_SOCKET: join(directory, 'nobody'), WATCHDOG_USEC: '100000' };
  const process = start(directory, ['--max-age', '1s', '--health-port', '0'], env);
  await expect.poll(heard).toMatch(/^--ready\n(WATCHDOG=1\n)+/);
  const [, health = ''] = /health: (\S+)/.exec(process.texts.notes) ?? [];
  expect((await fetch(health)).status).toBe(200);
  expect((await fetch(health.replace('/health', '/'))).status).toBe(404);
  // What a browser sends for a page elsewhere, whose name was made to point here.
  expect(await statusFor(health, 'evil.example.com')).toBe(404);
  // The renewal is under way, and its answer is late.
  await expect.poll(() => server.counts.tokenRequests).toBe(before + 1);
  process.terminate();
  await expect.poll(heard).toMatch(/STOPPING=1\n$/);
  process.terminate();
  expect(await process.ended, process.texts.notes).toBe(0);
  server.clearScript();
  // It is stored, and what is stored is the newest: any other would end the session at its next use.
  expect((await run('status --json')).json()).toMatchObject({ accounts: [{ renewals: 2 }] });
  expect(await run('renew')).toMatchObject({ exit: 0 });
  expect(heard()).toMatch(/STOPPING=1\n$/);
  expect(process.texts.out).toMatch(/^\S+Z default renewed\n$/);
  refuseLeaks(server, process.texts.out + process.texts.notes, ['keepalive']);
});

test('a fresh store begins with its seed', async () => {
  const { server } = shared;
  const { run } = commandLine(server);
  const env = { EVERBEARER_REFRESH_TOKEN: server.signIn().refresh_token as string };
  // It works, and nobody has to be woken up.
  expect(await run('status', { env })).toMatchObject({
    exit: 1,
    out: expect.stringMatching(
      /! Nothing is stored yet: the next call begins with the seed\. .*everbearer renew --account default/,
    ),
  });
  expect(await run('doctor', { env })).toMatchObject({
    exit: 0,
    out: expect.stringContaining('begins with the seed'),
  });
  expect(await run('status')).toMatchObject({ exit: 2 });
  const ending = new AbortController();
  let told = '';
  const ended = run('keepalive', { env, signal: ending.signal, onOut: (text) => (told += text) });
  await expect.poll(() => told).toContain('default renewed');
  ending.abort();
  expect(await ended).toMatchObject({ exit: 0, notes: expect.not.stringContaining('must sign in') });
  expect(await run('status', { env })).toMatchObject({ exit: 0 });
});

test('a Secret that replaces a dead one is taken up, and the dead one is asked for once', async () => {
  const { server } = shared;
  const { directory } = commandLine(server, { seed: { kind: 'secret', path: 'seed' } });
  const put = () =>
    writeFileSync(join(directory, 'seed'), server.signIn().refresh_token as string, { mode: 0o600 });
  put();
  const setup = await loadConfig({ directory });
  await using accounts = createAccounts({
    provider: setup.provider,
    backend: setup.backend,
    seed: setup.seed,
    background: false,
  });
  const begin = () => beginFromSeed({ accounts, setup }, 'default', new AbortController().signal);
  const manager = accounts.for('default');
  await begin();
  expect(await manager.status()).toMatchObject({ state: 'valid' });
  server.revokeFamily();
  expect(await manager.renew().catch((error) => error)).toMatchObject({ code: 'revoked' });
  const asked = server.counts.tokenRequests;
  await begin();
  expect(server.counts.tokenRequests).toBe(asked);
  expect(await manager.status()).toMatchObject({ state: 'reauthorization_required' });
  put();
  await begin();
  expect(await manager.status()).toMatchObject({ state: 'valid' });
});

test('a probe is told that a person must sign in, and the account is taken up once that is done', async () => {
  const { server } = shared;
  const { run, signIn } = commandLine(server);
  const ending = new AbortController();
  let health = '';
  const onNote = (text: string) => {
    health ||= /health: (\S+)/.exec(text)?.[1] ?? '';
  };
  const ended = run('keepalive --health-port 0', { signal: ending.signal, onNote });
  await expect.poll(() => health).not.toBe('');
  const ill = await fetch(health);
  expect(ill.status).toBe(503);
  expect(await ill.json()).toMatchObject([
    { account: 'default', exit: 2, why: [expect.stringContaining('everbearer login')] },
  ]);
  await signIn();
  await expect.poll(async () => (await fetch(health)).status).toBe(200);
  ending.abort();
  expect(await ended).toMatchObject({ exit: 0, out: '' });
});

test('what cannot be is said before anything begins', async () => {
  const { run } = commandLine(shared.server);
  expect(await run('keepalive --max-age often')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--max-age'),
  });
  expect(await run('keepalive --health-port web')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--health-port'),
  });
  const taken = new URL(shared.server.url).port;
  const { exit, notes } = await run(`keepalive --health-port ${taken}`);
  expect({ exit, notes }).toEqual({
    exit: 3,
    notes: expect.stringContaining(`Port ${taken} cannot be used (EADDRINUSE)`),
  });
});

async function statusFor(url: string, host: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers: { host } }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
