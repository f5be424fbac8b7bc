import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { oauth2 } from '@everbearer/providers/oauth2';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import { expect, onTestFinished, test } from 'vitest';
import type { Metric } from './support/telemetry-world.ts';

const KEY = 'q3Zx0fJ1b8KpVt6wYc9LrS2mNn4DhGa5EeUuIiOoPp7';
const WORKER = fileURLToPath(new URL('support/worker.ts', import.meta.url));

type Worker = ReturnType<typeof startWorker>;

function startWorker(args: string[]) {
  const child: ChildProcess = fork(WORKER, args, {
    execArgv: [...SOURCE_OPTIONS],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  return {
    async ask(name: string): Promise<unknown> {
      child.send(name);
      const [{ result }] = (await once(child, 'message')) as [{ result: unknown }];
      return result;
    },
    records: () =>
      output
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    output: () => output,
  };
}

test('three processes over one store: their logs join by the fingerprint, and their metrics add up', async () => {
  const server = await createAuthorizationServer();
  const directory = mkdtempSync(join(tmpdir(), 'telemetry-'));
  onTestFinished(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });
  const { issuer, clientId } = server;
  const provider = oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] });
  const account = 'ann@example.com';
  await using signingIn = createTokenManager({ provider, backend: fileBackend({ directory }), account });
  await signingIn.signIn({ refreshToken: server.signIn().refresh_token });

  const workers = [1, 2, 3].map(() => startWorker([directory, issuer, clientId, KEY]));
  const [first, ...others] = workers as [Worker, ...Worker[]];
  await first.ask('token');
  for (const worker of others) await worker.ask('token');
  await first.ask('renew');
  for (const worker of others) await worker.ask('again');

  const marks = (type: string) =>
    workers
      .map(({ records }) => records().filter((record) => record['event'] === type))
      .map((records) => records.map(({ fingerprint }) => fingerprint));
  // What a process writes may come after what it says.
  await expect.poll(() => marks('adopted').flat()).toHaveLength(2);
  const [[, newest], ...none] = marks('renewed') as [string[]];
  expect(newest).toMatch(/^[0-9a-z]{8}$/);
  expect(none).toEqual([[], []]);
  expect(marks('adopted')).toEqual([[], [newest], [newest]]);

  const told = (await Promise.all(workers.map(({ ask }) => ask('metrics')))) as Record<string, Metric>[];
  const sum = (name: string) =>
    told
      .flatMap((metrics) => metrics[`everbearer.${name}`]?.points ?? [])
      .reduce((total, { value }) => total + (typeof value === 'number' ? value : value.count), 0);
  expect({ renewals: sum('renewal.duration'), adoptions: sum('token.adoptions') }).toEqual({
    renewals: 2,
    adoptions: 2,
  });
  const accounts = told.flatMap((metrics) =>
    Object.values(metrics).flatMap(({ points }) =>
      points.map(({ attributes }) => attributes['everbearer.account.id']),
    ),
  );
  expect(new Set(accounts).size).toBe(1);
  expect(accounts[0]).toMatch(/^[0-9a-z]{8}$/);
  const shown = workers.map(({ output }) => output()).join('') + JSON.stringify(told);
  for (const secret of [KEY, ...server.secrets()]) expect(shown).not.toContain(secret);
});
