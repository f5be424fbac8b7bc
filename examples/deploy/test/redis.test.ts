import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import { expect, onTestFinished, test } from 'vitest';
import { FOLDER } from './deploy-files.ts';
import { everbearer } from './everbearer.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test('Redis, started as the StatefulSet starts it, keeps tokens as the doctor wants them kept', async () => {
  await using server = await createAuthorizationServer();
  const directory = mkdtempSync(join(tmpdir(), 'redis-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const password = 'canary-of-the-deploy-test';
  writeFileSync(join(directory, 'password.conf'), `requirepass ${password}\n`);
  const port = await freePort();
  const start = ['--include', join(directory, 'password.conf'), '--dir', directory, '--port', `${port}`];
  const redis = spawn('redis-server', [join(FOLDER, 'redis.conf'), ...start], { stdio: 'ignore' });
  onTestFinished(() => void redis.kill('SIGKILL'));
  const env = {
    EVERBEARER_PROVIDER: 'oauth2',
    EVERBEARER_ISSUER: server.issuer,
    EVERBEARER_CLIENT_ID: server.clientId,
    EVERBEARER_SCOPES: 'Mail.Read offline_access',
    EVERBEARER_REDIS_URL: `redis://:${password}@127.0.0.1:${port}`,
    EVERBEARER_REFRESH_TOKEN: server.signIn().refresh_token as string,
  };
  await expect.poll(async () => (await everbearer(['renew'], env)).exit).toBe(0);
  const { exit, out } = await everbearer(['doctor'], env);
  expect(out).toMatch(/^ok {3}eviction: .*noeviction/m);
  expect(out).toMatch(/^ok {3}persistence: /m);
  expect({ exit, bad: out.split('\n').filter((line) => line.startsWith('BAD')) }).toEqual({
    exit: 0,
    bad: [],
  });
  expect(out).not.toContain(password);
});
