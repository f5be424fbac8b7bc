import { redisBackend } from '@everbearer/backends/redis';
import {
  type RedisSentinels,
  type RedisServer,
  startRedisSentinels,
  startRedisServer,
} from '@everbearer/far-end/redis';
import {
  connectClient,
  LIBRARIES,
  type Library,
  type Target,
} from '@everbearer/far-end/support/redis-clients';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isLoopback } from '../../src/redis/loopback-address.ts';
import { checksCertificate } from '../../src/redis/tls-settings.ts';
import { makeCertificate } from '../support/tls-files.ts';

const FIT = ['--appendonly', 'yes'];
const KEY = 'key';

async function openStrict(library: Library, target: Target) {
  const { end, ...clients } = await connectClient(library, target);
  const backend = redisBackend({ ...clients, strict: true, timeoutMs: 3_000 });
  onTestFinished(async () => {
    await backend.close();
    await end();
  });
  return backend;
}

const refused = (says: string) => ({ code: 'not_writable', message: expect.stringContaining(says) });

test.each([
  ['localhost:6379', true],
  ['LOCALHOST', true],
  ['127.0.0.1:6379', true],
  ['127.8.9.10:1', true],
  ['::1:6379', true],
  ['[::1]:6379', true],
  ['::1', true],
  ['::ffff:127.0.0.1:6379', true],
  ['/run/redis.sock', true],
  ['localhost.evil.example:6379', false],
  ['localhostile:6379', false],
  ['127.0.0.1.evil.example:6379', false],
  ['127.evil.example:6379', false],
  ['::1234:6379', false],
  ['[::1:2]:6379', false],
  ['10.0.0.127:6379', false],
  ['redis:6379', false],
  ['the cluster', false],
  ['', false],
])('whether %s is this machine: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});

test('a certificate counts as checked only where nothing was put in place of the check', () => {
  expect(checksCertificate({})).toBe(true);
  expect(checksCertificate({ rejectUnauthorized: false })).toBe(false);
  expect(checksCertificate({ checkServerIdentity: () => undefined })).toBe(false);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(checksCertificate({})).toBe(false);
  expect(checksCertificate({ rejectUnauthorized: true })).toBe(true);
});

describe('what is not known counts as unfit', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer({ args: FIT });
  });
  afterAll(() => server.stop());

  function ownPort(more: object) {
    const redis = new Redis({ port: server.port });
    onTestFinished(() => redis.disconnect());
    const send = ([command = '', ...args]: readonly string[]) => redis.call(command, ...args);
    return { send, primaries: async () => [send], ...more };
  }
  const known = () => ({ address: `127.0.0.1:${server.port}`, tls: false, verified: true });

  test('a client that does not say where it connects to', async () => {
    const backend = redisBackend({ client: ownPort({}), strict: true });
    await expect(backend.load(KEY)).rejects.toMatchObject(refused('does not say where it connects to'));
    await expect(backend.save(KEY, 'text', undefined)).rejects.toMatchObject(refused('strict'));
    const told = redisBackend({ client: ownPort({ server: known() }), strict: true });
    expect(await told.load(KEY)).toBeUndefined();
  });

  test('a name that begins like this machine', async () => {
    for (const address of ['localhost.evil.example:6379', '127.0.0.1.evil.example:6379']) {
      const client = ownPort({ server: { ...known(), address } });
      const backend = redisBackend({ client, strict: true });
      await expect(backend.load(KEY)).rejects.toMatchObject(
        refused(`connection to ${address} is not encrypted`),
      );
    }
  });

  test('a client that knows no primary', async () => {
    const client = ownPort({ server: known(), primaries: async () => [] });
    const backend = redisBackend({ client, strict: true });
    await expect(backend.load(KEY)).rejects.toMatchObject(refused('knows no primary'));
  });

  test('one of several primaries that is elsewhere', async () => {
    const servers = async () => [known(), { ...known(), address: '192.0.2.1:6379' }];
    const backend = redisBackend({ client: ownPort({ servers }), strict: true });
    await expect(backend.load(KEY)).rejects.toMatchObject(refused('connection to 192.0.2.1:6379'));
  });

  test('with `durable`, how many replicas there are', async () => {
    await server.command('CONFIG', 'SET', 'appendfsync', 'always');
    const { send } = ownPort({});
    const blind = async (args: readonly string[]) => {
      const reply = await send(args);
      return args[0] === 'INFO' ? String(reply).replace(/connected_slaves/, 'not_for_you') : reply;
    };
    for (const [primary, known_] of [
      [send, true],
      [blind, false],
    ] as const) {
      const client = { send, primaries: async () => [primary], server: known() };
      const load = redisBackend({ client, strict: true, durable: true }).load(KEY);
      if (known_) expect(await load).toBeUndefined();
      else await expect(load).rejects.toMatchObject(refused('promises more'));
    }
  });
});

describe.each(LIBRARIES)('%s', (library) => {
  test('after a reconnect the server is looked at again, before and after what was sent meanwhile', async () => {
    await using server = await startRedisServer({ args: FIT });
    const backend = await openStrict(library, server);
    const version = await backend.save(KEY, 'first', undefined);
    // As a failover or a change of names does it: the same client, and behind it a server that evicts.
    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect
      .poll(() => backend.save(KEY, 'second', version).catch((error: { code: string }) => error.code))
      .toBe('not_writable');
    await expect(backend.load(KEY)).rejects.toMatchObject(refused('allkeys-lru'));
    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    expect(await backend.load(KEY)).toMatchObject({ data: 'first' });
  });
});

describe('by Sentinel, encrypted', () => {
  const made = makeCertificate();
  let sentinels: RedisSentinels;
  beforeAll(async () => {
    sentinels = await startRedisSentinels({ args: FIT, tls: made.files });
  });
  afterAll(async () => {
    await sentinels?.stop();
    made.remove();
  });
  const target = (): Target => ({
    sentinels: sentinels.sentinels.map(({ port }) => port),
    name: sentinels.name,
    ca: made.ca,
  });

  test.each(['node-redis', 'ioredis'] as const)('%s passes, and its findings say so', async (library) => {
    const backend = await openStrict(library, target());
    const version = await backend.save(library, 'text', undefined);
    expect(await backend.load(library)).toEqual({ data: 'text', version });
    const transport = (await backend.check()).find(({ name }) => name === 'transport');
    expect(transport).toMatchObject({
      ok: true,
      detail: `The connection to 127.0.0.1:${sentinels.primary.port} is encrypted, its certificate is checked.`,
    });
  });
});

test('by Sentinel, `tls` of ioredis encrypts nothing by itself, which is found', async () => {
  const client = new Redis({
    sentinels: [{ host: '127.0.0.1', port: 1 }],
    name: 'a primary elsewhere',
    tls: {},
    lazyConnect: true,
  });
  const stream = { encrypted: false, remoteAddress: '192.0.2.1', remotePort: 6379 };
  Object.assign(client, { stream, call: async () => 'aof_enabled:1\r\nmaxmemory_policy:noeviction' });
  const backend = redisBackend({ client, strict: true });
  await expect(backend.load(KEY)).rejects.toMatchObject(
    refused('192.0.2.1:6379 is not encrypted. Set `enableTLSForSentinelMode: true` beside `tls`.'),
  );
});
