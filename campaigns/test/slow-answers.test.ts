import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager, type TokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OneRenewalConfig } from '../src/one-renewal-process.ts';
import { type Scene, setScene } from '../src/scene.ts';

/* Answers that come later than a caller waits, from a strict server over real sockets: the session must live. */

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const options = ['--conditions=everbearer-source'];
const RUNTIMES: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  node: [process.execPath, ...options],
  bun: [`${modules}@oven/bun-linux-x64/bin/bun`, ...options],
  deno: [`${modules}@deno/linux-x64-glibc/deno`, 'run', '--allow-all', ...options],
};
const installed = Object.keys(RUNTIMES).filter((name) => existsSync(RUNTIMES[name]?.[0] ?? ''));
const TIMING = { requestTimeoutMs: 800, leaseTtlMs: 10_000 };

let scene: Scene;
beforeEach(async () => {
  scene = await setScene({}, false);
});
afterEach(() => scene[Symbol.asyncDispose]());

function open(): TokenManager {
  const { store, tokenEndpoint, clientId } = scene.config;
  if (!('directory' in store)) throw new Error('A directory is needed.');
  const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
  return createTokenManager({ provider, backend: fileBackend(store), timing: TIMING });
}

async function serverCounts() {
  const { authorizationServer } = await scene.farEnd.control.counts();
  return authorizationServer;
}

test('an answer that is slower than a caller waits: that caller is told, a later one gets it, one request', async () => {
  await scene.farEnd.control.configure({ latencyMs: 2_400 });
  const tokens = open();
  const { token: rejected } = await tokens.getToken();
  const begunAt = performance.now();
  const first = await tokens.getToken({ rejected }).catch((error: unknown) => error);
  expect(performance.now() - begunAt).toBeLessThan(2_000);
  expect(first).toMatchObject({ name: 'TokenEndpointError', code: 'timeout', sent: true });
  expect((first as Error).message).toContain('still under way');
  expect((first as Error).message).not.toContain('answered');
  let told = 1;
  const renewed = async (): Promise<string> =>
    tokens.getToken({ rejected }).then(
      ({ token }) => token,
      (error: { code: string }) => {
        told++;
        expect(error.code).toBe('timeout');
        return renewed();
      },
    );
  expect(await renewed()).not.toBe(rejected);
  expect(told).toBeLessThan(5);
  await tokens.close();
  expect(await serverCounts()).toMatchObject({ tokenRequests: 1, refreshes: 1, reuses: 0 });
  await scene.farEnd.control.configure({ latencyMs: 0 });
  await using other = open();
  await other.renew();
  expect(await serverCounts()).toMatchObject({ refreshes: 2, reuses: 0 });
});

/** Starts the process, and stops it for `stopMs` in the middle of its first renewal. Resolves to what it said. */
async function linesOf(
  runtime: string,
  config: Partial<OneRenewalConfig>,
  stopMs: number,
): Promise<string[]> {
  const { store, tokenEndpoint, clientId } = scene.config;
  const { directory } = store as { directory: string };
  const whole: OneRenewalConfig = { directory, tokenEndpoint, clientId, timing: TIMING, ...config };
  const main = fileURLToPath(new URL('../src/one-renewal-process.ts', import.meta.url));
  const [command = '', ...args] = RUNTIMES[runtime] ?? [];
  const child = spawn(command, [...args, main], {
    env: { ...process.env, NO_COLOR: '1', ONE_RENEWAL: JSON.stringify(whole) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line !== 'started' || lines.length > 1 || stopMs === 0) continue;
    while ((await serverCounts()).tokenRequests === 0) await sleep(20);
    child.kill('SIGSTOP');
    await sleep(stopMs);
    child.kill('SIGCONT');
  }
  await ended;
  return lines;
}

describe.each(installed)('with the answer in its socket, a process on %s', (runtime) => {
  test('that is stopped for longer than a caller waits takes the answer, and the session lives', async () => {
    await scene.farEnd.control.configure({ latencyMs: 300 });
    expect(await linesOf(runtime, {}, 2_000)).toEqual(['started', 'renewed', 'started', 'renewed']);
    expect(await serverCounts()).toMatchObject({ refreshes: 2, reuses: 0, familiesRevoked: 0 });
  });

  test('that is busy for longer than a caller waits takes the answer, and the session lives', async () => {
    await scene.farEnd.control.configure({ latencyMs: 300 });
    expect(await linesOf(runtime, { busyMs: 2_000 }, 0)).toEqual([
      'started',
      'renewed',
      'started',
      'renewed',
    ]);
    expect(await serverCounts()).toMatchObject({ refreshes: 2, reuses: 0, familiesRevoked: 0 });
  });
});
