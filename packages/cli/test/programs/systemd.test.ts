import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { environment } from '../support/shell.ts';

/* The socket of systemd, with its own systemd-notify: what stands there is what systemd reads. */

const shared = sharedServer();

/** Prints what comes. It takes no descriptors, so the one that systemd-notify waits for is closed as systemd closes it. */
const LISTENER = `
  socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0])); $| = 1;
  while (defined recv(S, $text, 4096, 0)) { print "$text\\n" }`;

function started(command: string, args: readonly string[], options: object): ChildProcess {
  const child = spawn(command, args, options);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('keepalive says that it is ready, that it lives, and that it stops once a renewal under way is stored', async () => {
  const { server } = shared;
  const { directory, signIn, run } = commandLine(server);
  await signIn();
  await run('renew');
  const socket = join(directory, 'notify');
  let heard = '';
  const listener = started('perl', ['-MSocket', '-e', LISTENER, socket], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  listener.stdout?.on('data', (chunk) => (heard += chunk));
  await expect.poll(() => existsSync(socket)).toBe(true);
  server.script(
    ...Array.from({ length: 20 }, () => ({ kind: 'hang', ms: 1_000, grant: 'refresh_token' }) as const),
  );
  const before = server.counts.tokenRequests;
  const env = environment(directory, { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' });
  const service = started('sh', ['-c', 'exec everbearer keepalive --max-age 1s'], {
    cwd: directory,
    env,
    stdio: 'ignore',
  });
  const ended = once(service, 'close');
  await expect.poll(() => heard).toMatch(/READY=1[\s\S]*WATCHDOG=1/);
  await expect.poll(() => server.counts.tokenRequests).toBeGreaterThan(before);
  service.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
  await expect.poll(() => heard).toContain('STOPPING=1');
  server.clearScript();
  expect(await run('renew')).toMatchObject({ exit: 0 });
});
