import { readFileSync } from 'node:fs';
import { type RedisBackend, redisBackend } from '@everbearer/backends/redis';
import type { TokenBackend } from '@everbearer/core/contract';
import { type RedisServer, startRedisCluster, startRedisServer } from '@everbearer/far-end/redis';
import {
  connectClient,
  LIBRARIES,
  type Library,
  type Target,
} from '@everbearer/far-end/support/redis-clients';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeCertificate } from '../support/tls-files.ts';

const PASSWORD = 'EVERBEARER-CANARY-password';
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The rights as the README prints them, so that it cannot say anything else. */
const documented = (/ACL SETUSER everbearer (.+)/.exec(readme)?.[1] ?? '').split(' ');
const rights = documented.map((right) => (right === '>PASSWORD' ? `>${PASSWORD}` : right));
const clusterRights = /`(\+cluster\|\S+(?: \+\S+)*)`/.exec(readme)?.[1]?.split(' ') ?? [];

async function openAs(library: Library, target: Target) {
  const { end, ...clients } = await connectClient(library, target);
  const backend = redisBackend({ ...clients, timeoutMs: 3_000 });
  return {
    backend,
    async [Symbol.asyncDispose]() {
      await backend.close();
      await end();
    },
  };
}

async function wholeLife(backend: TokenBackend & Pick<RedisBackend, 'list' | 'delete'>): Promise<string[]> {
  const hint = vi.fn();
  const stop = backend.watch?.('key', hint);
  await vi.waitFor(() => expect(hint).toHaveBeenCalled(), { timeout: 20_000 });
  const first = (await backend.save('key', 'first', undefined)) as string;
  const second = (await backend.save('key', 'second', first)) as string;
  expect(await backend.load('key')).toEqual({ data: 'second', version: second });
  await vi.waitFor(() => expect(hint.mock.calls.length).toBeGreaterThan(1), { timeout: 20_000 });
  stop?.();
  const keys: string[] = [];
  for await (const key of backend.list()) keys.push(key);
  expect(await backend.delete('key', second)).toBe(true);
  return keys;
}

describe('the rights that the README lists', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
    await server.command('ACL', 'SETUSER', 'everbearer', 'reset', ...rights);
  });
  afterAll(() => server.stop());
  const asUser = (): Target => ({ port: server.port, username: 'everbearer', password: PASSWORD });
  const denials = async () => (await server.command('ACL', 'LOG')).match(/(?<=\nobject\n).+/g) ?? [];

  test.each(LIBRARIES)('are all that %s needs', async (library) => {
    await server.command('ACL', 'LOG', 'RESET');
    await server.command('SCRIPT', 'FLUSH');
    await using opened = await openAs(library, asUser());
    expect(await wholeLife(opened.backend)).toEqual(['key']);
    expect(await denials()).toEqual([]);
    const checks = await opened.backend.check();
    const named = Object.fromEntries(checks.map(({ name, ok }) => [name, ok]));
    expect(named).toMatchObject({ writable: true, hints: true, eviction: true, persistence: false });
    // Reported as unknown, and no error.
    expect(await denials()).toEqual(['config|get']);
  });

  test.each([
    ['GET', 'of-somebody-else'],
    ['HGETALL', 'of-somebody-else'],
    ['EVAL', "return redis.call('HMGET',KEYS[1],'v')", '1', 'of-somebody-else'],
    ['EVAL', "return redis.call('GET','everbearer:x')", '0'],
    ['KEYS', '*'],
    ['FLUSHALL'],
    ['CONFIG', 'GET', '*'],
    ['PUBLISH', 'of-somebody-else', 'x'],
    ['PSUBSCRIBE', '*'],
    ['SCRIPT', 'FLUSH'],
    ['ACL', 'LIST'],
  ])('forbid %s %s', async (...command) => {
    const client = new Redis({ port: server.port, username: 'everbearer', password: PASSWORD });
    await expect(client.call(...(command as [string]))).rejects.toThrow(/NOPERM|can't run|no permissions/);
    client.disconnect();
  });

  test.each([
    ['evalsha', (backend: TokenBackend) => backend.load('key')],
    ['eval', (backend: TokenBackend) => backend.load('key')],
    ['hmget', (backend: TokenBackend) => backend.load('key')],
    ['hset', (backend: TokenBackend) => backend.save('key', 'text', undefined)],
    [
      'del',
      async (backend: TokenBackend) => {
        const version = await backend.save('to-delete', 'text', undefined);
        await backend.delete?.('to-delete', version as string);
      },
    ],
    [
      'scan',
      async (backend: TokenBackend) => {
        for await (const _ of backend.list?.() ?? []);
      },
    ],
  ])('hold nothing that is not needed: without +%s something is refused', async (right, work) => {
    await server.command('SCRIPT', 'FLUSH');
    await server.command('ACL', 'SETUSER', right, 'reset', ...rights, `-${right}`);
    await using opened = await openAs('ioredis', { port: server.port, username: right, password: PASSWORD });
    await expect(work(opened.backend)).rejects.toMatchObject({
      name: 'TokenBackendError',
      code: expect.stringMatching(/unreadable|not_writable/),
      message: expect.stringContaining('README'),
    });
  });

  test.each(['publish', 'psubscribe'])('without +%s all works but the hints', async (right) => {
    await server.command('ACL', 'SETUSER', right, 'reset', ...rights, `-${right}`);
    await using opened = await openAs('node-redis', {
      port: server.port,
      username: right,
      password: PASSWORD,
    });
    const { backend } = opened;
    const hint = vi.fn();
    backend.watch?.(right, hint);
    const version = await backend.save(right, 'text', undefined);
    expect(await backend.load(right)).toEqual({ data: 'text', version });
    const hints = (await backend.check()).find(({ name }) => name === 'hints');
    expect(hints?.ok).toBe(right === 'publish');
    if (right === 'psubscribe') expect(hints?.remedy).toContain('+psubscribe');
  });

  test.each(LIBRARIES)('with %s in a cluster', async (library) => {
    await using cluster = await startRedisCluster();
    for (const node of cluster.nodes) {
      await node.command('ACL', 'SETUSER', 'everbearer', 'reset', ...rights, ...clusterRights);
    }
    const ports = cluster.nodes.map(({ port }) => port);
    await using opened = await openAs(library, {
      cluster: ports,
      username: 'everbearer',
      password: PASSWORD,
    });
    expect(await wholeLife(opened.backend)).toEqual(['key']);
  });
});

describe('TLS', () => {
  const made = makeCertificate();
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer({ tls: made.files });
  });
  afterAll(async () => {
    await server.stop();
    made.remove();
  });

  test.each(LIBRARIES)('%s with the certificate of the server', async (library) => {
    await using opened = await openAs(library, { port: server.port, ca: made.ca });
    expect(await wholeLife(opened.backend)).toEqual(['key']);
    const transport = (await opened.backend.check()).find(({ name }) => name === 'transport');
    expect(transport).toMatchObject({ ok: true, detail: expect.stringContaining('is encrypted') });
  });

  test.each(['node-redis', 'ioredis'] as const)(
    '%s without it is refused, and nothing is saved',
    async (library) => {
      const client =
        library === 'ioredis'
          ? new Redis({ port: server.port, tls: {} })
          : createClient({ url: `rediss://127.0.0.1:${server.port}` });
      client.on('error', () => undefined);
      if ('isReady' in client) void client.connect().catch(() => undefined);
      const backend = redisBackend({ client, timeoutMs: 300 });
      await expect(backend.save('untrusted', 'text', undefined)).rejects.toMatchObject({
        code: 'unavailable',
      });
      expect(await server.command('EXISTS', 'everbearer:{untrusted}')).toBe('0');
      await backend.close();
      if ('destroy' in client) client.destroy();
      else client.disconnect();
    },
  );

  test('a certificate that is not checked is found, and refused under `strict`', async () => {
    const client = new Redis({ port: server.port, tls: { rejectUnauthorized: false } });
    const backend = redisBackend({ client });
    const transport = (await backend.check()).find(({ name }) => name === 'transport');
    expect(transport).toMatchObject({ ok: false, detail: expect.stringContaining('not checked') });
    await server.command('CONFIG', 'SET', 'appendonly', 'yes');
    await expect(redisBackend({ client, strict: true }).load('key')).rejects.toMatchObject({
      code: 'not_writable',
      message: expect.stringContaining('certificate is not checked'),
    });
    await backend.close();
    client.disconnect();
  });
});
