import { redisBackend } from '@everbearer/backends/redis';
import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE } from '@everbearer/core/contract';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { connectClient, LIBRARIES, type Library } from '@everbearer/far-end/support/redis-clients';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startDroppingProxy } from '../support/dropping-proxy.ts';

/* The server did it, and its answer is lost: ioredis sends the command again, the others say that they do not know. */

const KEY = 'key';
const TEXT = 'the text whose answer is lost';
let server: RedisServer;

beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

/** How often the server was asked to run a script, and how often scripts wrote, deleted and told others, since it was called. */
async function counter() {
  const count = async () => {
    const info = await server.command('INFO', 'commandstats');
    const of = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
    return {
      scripts: of('evalsha') + of('eval'),
      writes: of('hset'),
      deletes: of('del'),
      notices: of('publish'),
    };
  };
  const before = await count();
  return async () => {
    const now = await count();
    return Object.fromEntries(
      Object.entries(now).map(([name, calls]) => [name, calls - before[name as keyof typeof before]]),
    );
  };
}

async function open(library: Library) {
  await server.command('FLUSHDB');
  const proxy = await startDroppingProxy(server.port);
  const { end, ...clients } = await connectClient(library, { port: proxy.port });
  const backend = redisBackend({ ...clients, timeoutMs: 3_000 });
  // So that the server knows the scripts, and nothing is sent twice for that reason.
  const known = await backend.save(KEY, 'known', undefined);
  await backend.delete(KEY, known as string);
  const version = (await backend.save(KEY, 'before', undefined)) as string;
  return {
    backend,
    proxy,
    version,
    async [Symbol.asyncDispose]() {
      await backend.close();
      await end();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** ioredis; the other two reject, and the outcome is looked up. */
const resends = (library: Library) => library === 'ioredis';

describe.each(LIBRARIES)('%s', (library) => {
  test.each([{}, { eraseOlder: true }])('a save (%j) that the server did counts once', async (options) => {
    await using scene = await open(library);
    const { backend, proxy, version } = scene;
    proxy.loseAnswerTo(TEXT);
    const counted = await counter();
    const saved = await backend.save(KEY, TEXT, version, options).catch((error: Error) => error);
    expect(await counted()).toEqual({ scripts: resends(library) ? 2 : 1, writes: 1, deletes: 0, notices: 1 });
    expect(proxy.lost).toBe(1);
    if (resends(library)) expect(await backend.load(KEY)).toEqual({ data: TEXT, version: saved });
    else {
      expect(saved).toMatchObject({ name: 'TokenBackendError', code: 'unavailable' });
      expect(await eventually(() => backend.load(KEY))).toMatchObject({ data: TEXT });
      expect(await backend.save(KEY, 'again', version)).toBeUndefined();
    }
  });

  test('a deletion that the server did counts once', async () => {
    await using scene = await open(library);
    const { backend, proxy, version } = scene;
    proxy.loseAnswerTo(version);
    const counted = await counter();
    const deleted = await backend.delete(KEY, version).catch((error: Error) => error);
    expect(await counted()).toMatchObject({ scripts: resends(library) ? 2 : 1, deletes: 1, notices: 1 });
    expect(proxy.lost).toBe(1);
    if (resends(library)) expect(deleted).toBe(true);
    else expect(deleted).toMatchObject({ name: 'TokenBackendError', code: 'unavailable' });
    expect(await eventually(() => backend.load(KEY))).toBeUndefined();
    expect(await backend.wasDeleted(KEY)).toBe(true);
    // Another deletion is another one.
    expect(await backend.delete(KEY, version)).toBe(false);
  });

  test.each(['the lease', 'the commit'])(
    'a renewal that loses the answer to %s redeems once',
    async (which) => {
      await using scene = await open(library);
      const { backend, proxy } = scene;
      const refresh = vi.fn(async () => ({
        accessToken: 'new-access-token',
        refreshToken: 'new-refresh-token',
        tokenType: 'Bearer',
      }));
      const provider = { id: 'a provider', profile: STRICT_PROFILE, scopes: ['read'], refresh };
      const tokens = createTokenManager({ provider, backend });
      await tokens.signIn({ accessToken: 'old', refreshToken: 'old-refresh-token', tokenType: 'Bearer' });
      proxy.loseAnswerTo(which === 'the lease' ? '"tookOver"' : 'new-refresh-token');
      const counted = await counter();
      expect((await tokens.renew()).token).toBe('new-access-token');
      expect(refresh).toHaveBeenCalledTimes(1);
      expect(proxy.lost).toBe(1);
      // One for the lease, one for what it brought.
      expect(await counted()).toMatchObject({ writes: 2, notices: 2 });
      expect(await tokens.status()).toMatchObject({ state: 'valid', renewals: 1, unsaved: false });
      await tokens.close();
    },
  );
});

test('with `autoResendUnfulfilledCommands: false`, where ioredis leaves the promise open, the outcome is unknown in time', async () => {
  await using proxy = await startDroppingProxy(server.port);
  await server.command('FLUSHDB');
  const client = new Redis({ port: proxy.port, autoResendUnfulfilledCommands: false });
  client.on('error', () => undefined);
  const backend = redisBackend({ client, timeoutMs: 500 });
  const version = await backend.save(KEY, 'before', undefined);
  proxy.loseAnswerTo(TEXT);
  await expect(backend.save(KEY, TEXT, version)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await eventually(() => backend.load(KEY))).toMatchObject({ data: TEXT });
  await backend.close();
  client.disconnect();
});

test('what is sent again after somebody else saved changes nothing, and counts as a conflict', async () => {
  await server.command('FLUSHDB');
  const client = new Redis({ port: server.port });
  const other = redisBackend({ client });
  let between: (() => Promise<unknown>) | undefined;
  const once = ([command = '', ...args]: readonly string[]) => client.call(command, ...args);
  const send = async (command: readonly string[]) => {
    const reply = await once(command);
    const meanwhile = between;
    between = undefined;
    if (!meanwhile) return reply;
    await meanwhile();
    return once(command);
  };
  const backend = redisBackend({ client: { send, primaries: async () => [send] } });
  const first = await backend.save(KEY, 'first', undefined);
  let newest: string | undefined;
  between = async () => {
    newest = await other.save(KEY, 'of another process', (await other.load(KEY))?.version);
  };
  expect(await backend.save(KEY, 'second', first)).toBeUndefined();
  expect(await other.load(KEY)).toEqual({ data: 'of another process', version: newest });
  between = async () => {
    newest = await other.save(KEY, 'a new sign-in', undefined);
  };
  expect(await backend.delete(KEY, newest as string)).toBe(false);
  expect(await other.load(KEY)).toEqual({ data: 'a new sign-in', version: newest });
  expect(await other.wasDeleted(KEY)).toBe(false);
  client.disconnect();
});

/** Until the client has connected again. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  return vi.waitFor(work, { timeout: 10_000, interval: 50 });
}
