import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { type RedisBackendOptions, redisBackend } from '@everbearer/backends/redis';
import { ConfigurationError } from '@everbearer/core';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { connectClient, LIBRARIES } from '@everbearer/far-end/support/redis-clients';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { startTcpProxy } from '@everbearer/far-end/tcp-proxy';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await startRedisServer({ args: ['--appendonly', 'yes'] });
  redis = new Redis(server.port);
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

describe('what is in Redis', () => {
  test('one hash a record, with a hash tag, and no end', async () => {
    const version = await redisBackend({ client: redis, prefix: 'app:tokens' }).save(
      'key',
      'text',
      undefined,
    );
    expect(await redis.keys('*')).toEqual(['app:tokens:{key}']);
    expect(await redis.hgetall('app:tokens:{key}')).toEqual({ v: version, d: 'text' });
    expect(await redis.ttl('app:tokens:{key}')).toBe(-1);
  });

  test('notices hold the version and nothing else', async () => {
    const listener = redis.duplicate();
    const heard: string[][] = [];
    listener.on('pmessage', (_pattern, channel, message) => heard.push([channel, message]));
    await listener.psubscribe('*');
    const backend = redisBackend({ client: redis });
    const version = (await backend.save('key', 'EVERBEARER-CANARY', undefined)) as string;
    await backend.delete('key', version);
    await expect
      .poll(() => heard)
      .toEqual([
        ['everbearer:{key}', version],
        ['everbearer:{key}', ''],
      ]);
    listener.disconnect();
  });

  test('the trace of a deletion expires, holds no text, and is not missed where it may not be written', async () => {
    const backend = redisBackend({ client: redis });
    for (const right of ['', '-pexpire']) {
      if (right) await server.command('ACL', 'SETUSER', 'default', right);
      const version = (await backend.save('key', 'EVERBEARER-CANARY', undefined)) as string;
      expect(await backend.delete('key', version)).toBe(true);
      expect(await backend.wasDeleted('key')).toBe(true);
      expect(await redis.keys('*')).toEqual(['everbearer:{key}:deleted']);
      const { v, ...rest } = await redis.hgetall('everbearer:{key}:deleted');
      expect([v, rest]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), {}]);
      const days = (await redis.pttl('everbearer:{key}:deleted')) / 86_400_000;
      if (!right) expect(days).toBeGreaterThan(6.9);
    }
    await server.command('ACL', 'SETUSER', 'default', '+pexpire');
  });

  test('no version comes again after everything was lost', async () => {
    const backend = redisBackend({ client: redis });
    const first = await backend.save('key', 'text', undefined);
    await redis.flushall();
    expect(await backend.save('key', 'late', first)).toBeUndefined();
    expect(await backend.save('key', 'text', undefined)).not.toBe(first);
  });

  test('keys keep the prefix that an ioredis client puts before them, and its own keys stay apart', async () => {
    const client = new Redis(server.port, { keyPrefix: 'tenant*1:' });
    const backend = redisBackend({ client });
    await redis.set('tenant-1:everbearer:{other}', 'not ours');
    const hint = vi.fn();
    backend.watch?.('key', hint);
    await vi.waitFor(() => expect(hint).toHaveBeenCalled(), { timeout: 20_000 });
    const version = await backend.save('key', 'text', undefined);
    await vi.waitFor(() => expect(hint.mock.calls.length).toBeGreaterThan(1), { timeout: 20_000 });
    expect(await backend.load('key')).toEqual({ data: 'text', version });
    expect(await redis.exists('tenant*1:everbearer:{key}')).toBe(1);
    const keys: string[] = [];
    for await (const key of backend.list()) keys.push(key);
    expect(keys).toEqual(['key']);
    await backend.close();
    client.disconnect();
  });
});

describe('a save whose reply is lost', () => {
  /** The server has saved, and nothing that it says gets through. */
  async function savedUnheard(options: { maxRetriesPerRequest?: number } = {}) {
    const proxy = await startTcpProxy(server.port);
    const client = new Redis(proxy.port, options);
    client.on('error', () => undefined);
    const backend = redisBackend({ client });
    const version = (await backend.save('key', 'before', undefined)) as string;
    proxy.delay(60_000);
    const saving = backend.save('key', 'after', version);
    await vi.waitFor(async () => expect(await redis.hget('everbearer:{key}', 'd')).toBe('after'), {
      timeout: 20_000,
    });
    return { proxy, client, backend, saving };
  }

  test('throws, and what became of it can be loaded', async () => {
    const { proxy, client, backend, saving } = await savedUnheard({ maxRetriesPerRequest: 0 });
    await using _ = proxy;
    proxy.reset();
    await expect(saving).rejects.toMatchObject({ name: 'TokenBackendError', code: 'unavailable' });
    proxy.delay(0);
    await vi.waitFor(async () => expect((await backend.load('key'))?.data).toBe('after'), {
      timeout: 20_000,
    });
    client.disconnect();
  });

  test('and that the client sends again is saved once, and reported as saved', async () => {
    const { proxy, client, backend, saving } = await savedUnheard();
    await using _ = proxy;
    proxy.delay(0);
    proxy.reset();
    const saved = await saving;
    expect(await backend.load('key')).toEqual({ data: 'after', version: saved });
    client.disconnect();
  });
});

test.each(LIBRARIES)('%s: scripts that the server forgot are sent again', async (library) => {
  const { end, ...clients } = await connectClient(library, server);
  const backend = redisBackend(clients);
  const version = await backend.save(library, 'first', undefined);
  await redis.script('FLUSH');
  expect(await backend.load(library)).toEqual({ data: 'first', version });
  await redis.script('FLUSH');
  expect(await backend.save(library, 'second', version)).toEqual(expect.any(String));
  await backend.close();
  await end();
});

test.each(LIBRARIES)(
  '%s: after the connection broke, hints come again, and one for what was missed',
  async (library) => {
    await using proxy = await startTcpProxy(server.port);
    const { end, ...clients } = await connectClient(library, { port: proxy.port });
    const backend = redisBackend(clients);
    const hint = vi.fn();
    const stop = backend.watch?.('key', hint);
    await vi.waitFor(() => expect(hint).toHaveBeenCalledTimes(1), { timeout: 20_000 });
    proxy.reset();
    // valkey-glide says nothing of a new connection: with it, whoever waits looks by itself until the next change.
    if (library !== 'glide')
      await vi.waitFor(() => expect(hint).toHaveBeenCalledTimes(2), { timeout: 10_000 });
    const writer = redisBackend({ client: redis });
    let version: string | undefined;
    await vi.waitFor(
      async () => {
        version = await writer.save('key', 'text', version);
        expect(hint.mock.calls.length).toBeGreaterThan(library === 'glide' ? 1 : 2);
      },
      { timeout: 10_000, interval: 100 },
    );
    stop?.();
    await backend.close();
    await end();
  },
  30_000,
);

test('hints are over with the client, and keep no process alive', async () => {
  const script = fileURLToPath(new URL('../support/watch-and-quit.ts', import.meta.url));
  for (const library of ['node-redis', 'ioredis']) {
    const args = [...SOURCE_OPTIONS, script];
    const child = spawn(process.execPath, [...args, library, String(server.port)], { stdio: 'pipe' });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const [code] = await once(child, 'exit');
    expect({ library, code, said }).toEqual({ library, code: 0, said: 'hinted\n' });
  }
});

describe('check() and `strict`', () => {
  const problems = async (options: Partial<RedisBackendOptions> = {}) => {
    const backend = redisBackend({ client: redis, ...options });
    return (await backend.check()).filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  };

  test('nothing is wrong with an append-only file and no eviction', async () => {
    expect(await problems()).toEqual([]);
    await expect(
      redisBackend({ client: redis, strict: true }).save('key', 'text', undefined),
    ).resolves.toBeTruthy();
    expect(await redis.keys('*check*')).toEqual([]);
  });

  test.each([
    ['maxmemory-policy', 'allkeys-lru', 'noeviction', 'eviction: `maxmemory-policy` is allkeys-lru'],
    ['appendonly', 'no', 'yes', 'persistence: The append-only file is off'],
  ] as const)('%s %s is found, and refused until it is mended', async (name, bad, good, finding) => {
    await redis.config('SET', name, bad);
    const strict = redisBackend({ client: redis, strict: true });
    try {
      expect(await problems()).toEqual([expect.stringContaining(finding)]);
      await expect(strict.load('key')).rejects.toMatchObject({
        code: 'not_writable',
        message: expect.stringMatching(/`strict` is set\. .*(maxmemory-policy noeviction|appendonly yes)/),
      });
      expect(await redisBackend({ client: redis }).load('key')).toBeUndefined();
    } finally {
      await redis.config('SET', name, good);
    }
    expect(await strict.load('key')).toBeUndefined();
  });

  test('volatile policies pass: records have no end', async () => {
    await redis.config('SET', 'maxmemory-policy', 'volatile-lru');
    expect(await problems()).toEqual([]);
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
  });

  test('`durable: true` is held to its word', async () => {
    expect(await problems({ durable: true })).toEqual([expect.stringContaining('appendfsync` is everysec')]);
    await redis.config('SET', 'appendfsync', 'always');
    expect(await problems({ durable: true })).toEqual([]);
    await redis.config('SET', 'appendfsync', 'everysec');
  });

  test('a server that cannot be reached is one finding, with a remedy', async () => {
    const client = new Redis({ port: 1, maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => undefined);
    expect(await redisBackend({ client }).check()).toEqual([
      { name: 'writable', ok: false, detail: expect.any(String), remedy: expect.stringMatching(/.+/) },
    ]);
    client.disconnect();
  });
});

describe('at the door', () => {
  const refused = (options: unknown) => {
    try {
      redisBackend(options as RedisBackendOptions);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      return (error as ConfigurationError).option;
    }
    throw new Error('It was taken.');
  };

  test('what cannot be is refused by name', () => {
    const client = redis;
    expect(refused(undefined)).toBe('options');
    expect(refused({})).toBe('client');
    expect(refused({ client: {} })).toBe('client');
    expect(refused({ client: 'redis://127.0.0.1' })).toBe('client');
    expect(refused({ client, subscriber: redis })).toBe('subscriber');
    // A promise of a client, as `createClient().connect()` gives one, and a class in place of an object of it.
    expect(refused({ client: Promise.resolve(redis) })).toBe('client');
    expect(refused({ client: Redis })).toBe('client');
    // Half a client of any library.
    expect(refused({ client: { customCommand: () => undefined } })).toBe('client');
    expect(refused({ client: { send: () => undefined } })).toBe('client');
    const glide = { customCommand: async () => null, invokeScript: async () => null };
    for (const subscriber of [redis, {}, 'text', null, glide, () => glide])
      expect(refused({ client: glide, subscriber })).toBe('subscriber');
    for (const prefix of ['', 'a*', 'a{b}', 'a b', 'x'.repeat(101), 7])
      expect(refused({ client, prefix })).toBe('prefix');
    for (const timeoutMs of [0, -1, Number.NaN, '5', 60_001])
      expect(refused({ client, timeoutMs })).toBe('timeoutMs');
    expect(refused({ client, strict: 'yes' })).toBe('strict');
    expect(refused({ client, durable: 1 })).toBe('durable');
  });

  test('a promise of a client is told to be awaited', () => {
    expect(() => redisBackend({ client: Promise.resolve(redis) })).toThrow(/`client` is a promise.*await/);
  });

  test('a client that is not connected is told so', async () => {
    const client = createClient({ url: `redis://127.0.0.1:${server.port}` });
    await expect(redisBackend({ client }).load('key')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('await client.connect()'),
    });
  });

  test('a port of one’s own will do, and a password shows nowhere', async () => {
    const send = ([command = '', ...args]: readonly string[]) => redis.call(command, ...args);
    const own = redisBackend({ client: { send, primaries: async () => [send] } });
    const version = await own.save('key', 'text', undefined);
    expect(await own.load('key')).toEqual({ data: 'text', version });
    expect(own.watch).toBeUndefined();
    const client = createClient({ url: `redis://me:EVERBEARER-CANARY@127.0.0.1:${server.port}` });
    const backend = redisBackend({ client });
    expect(backend.location).toBe(`Redis at 127.0.0.1:${server.port}, keys everbearer:*`);
    const shown = [backend, await backend.load('key').catch((error: unknown) => error)].map((value) =>
      inspect(value, { depth: 20, showHidden: true }),
    );
    expect(shown.join()).not.toContain('CANARY');
  });
});
