import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { redisBackend } from '@everbearer/backends/redis';
import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { connectClient, LIBRARIES, type Library } from '@everbearer/far-end/support/redis-clients';
import { describe, expect, test, vi } from 'vitest';

const PASSWORD = 'EVERBEARER-CANARY-password';

interface Trouble {
  name: string;
  args?: string[];
  password?: string;
  /** Brings it about, after somebody signed in. */
  begin(server: RedisServer): Promise<unknown>;
  end?(server: RedisServer): Promise<unknown>;
  /** How long an answer is waited for, where none comes. Default 10000: a busy machine answers late. */
  timeoutMs?: number;
  save: string;
  load?: string;
  message: RegExp;
}

const TROUBLES: readonly Trouble[] = [
  {
    name: 'a replica (READONLY)',
    begin: (server) => server.command('REPLICAOF', '127.0.0.1', '1'),
    end: (server) => server.command('REPLICAOF', 'NO', 'ONE'),
    save: 'not_writable',
    message: /read-only replica .*Connect to the primary/,
  },
  {
    name: 'a replica without its primary that may not answer (MASTERDOWN)',
    args: ['--replica-serve-stale-data', 'no'],
    begin: (server) => server.command('REPLICAOF', '127.0.0.1', '1'),
    end: (server) => server.command('REPLICAOF', 'NO', 'ONE'),
    save: 'unavailable',
    load: 'unavailable',
    message: /without its primary/,
  },
  {
    name: 'no memory left (OOM)',
    begin: (server) => server.command('CONFIG', 'SET', 'maxmemory', '1'),
    end: (server) => server.command('CONFIG', 'SET', 'maxmemory', '0'),
    save: 'full',
    message: /no memory left .*maxmemory/,
  },
  {
    name: 'a disk that takes nothing (MISCONF)',
    async begin(server) {
      rmSync(server.directory, { recursive: true });
      await server.command('CONFIG', 'SET', 'save', '3600 1');
      await server.command('BGSAVE');
      const failed = async () => (await server.command('INFO', 'persistence')).includes('bgsave_status:err');
      await expect.poll(failed, { timeout: 10_000 }).toBe(true);
    },
    end: (server) => server.command('CONFIG', 'SET', 'save', ''),
    save: 'not_writable',
    message: /cannot write to its disk/,
  },
  {
    name: 'too few replicas (NOREPLICAS)',
    begin: (server) => server.command('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    end: (server) => server.command('CONFIG', 'SET', 'min-replicas-to-write', '0'),
    save: 'not_writable',
    message: /fewer replicas/,
  },
  {
    name: 'a script of somebody else that does not end (BUSY)',
    args: ['--busy-reply-threshold', '20'],
    async begin(server) {
      server.command('EVAL', 'while true do end', '0').catch(() => undefined);
      const busy = () => server.command('PING').then(String, String);
      await expect.poll(busy, { timeout: 20_000 }).toContain('BUSY');
    },
    end: (server) => server.command('SCRIPT', 'KILL'),
    save: 'unavailable',
    load: 'unavailable',
    message: /busy with a script/,
  },
  {
    name: 'rights taken away (NOPERM)',
    begin: (server) => server.command('ACL', 'SETUSER', 'default', '-hset'),
    end: (server) => server.command('ACL', 'SETUSER', 'default', '+hset'),
    save: 'not_writable',
    message: /does not allow this user/,
  },
  {
    name: 'scripts forbidden (NOPERM)',
    begin: (server) => server.command('ACL', 'SETUSER', 'default', '-evalsha'),
    end: (server) => server.command('ACL', 'SETUSER', 'default', '+evalsha'),
    save: 'not_writable',
    load: 'unreadable',
    message: /does not allow this user/,
  },
  {
    name: 'something else under the key (WRONGTYPE)',
    async begin(server) {
      const name = (await server.command('KEYS', 'everbearer:*')).split('\n')[0] ?? '';
      await server.command('SET', name, 'of somebody else');
    },
    save: 'damaged',
    load: 'damaged',
    message: /something else under the key/,
  },
  {
    name: 'a server that still loads (LOADING)',
    args: [
      ...['--enable-debug-command', 'yes', '--key-load-delay', '2000'],
      ...['--loading-process-events-interval-bytes', '1024'],
    ],
    async begin(server) {
      await server.command('DEBUG', 'POPULATE', '2500', 'filler', '200');
      server.command('DEBUG', 'RELOAD').catch(() => undefined);
      await vi.waitFor(
        async () => {
          expect(await server.command('GET', 'filler:1').then(String, String)).toContain('LOADING');
        },
        { timeout: 20_000 },
      );
    },
    async end(server) {
      await vi.waitFor(() => server.command('GET', 'filler:1'), { timeout: 20_000, interval: 50 });
    },
    save: 'unavailable',
    load: 'unavailable',
    message: /still loading/,
  },
  {
    name: 'no answer',
    begin: async (server) => server.pause(),
    end: async (server) => server.resume(),
    timeoutMs: 500,
    save: 'unavailable',
    load: 'unavailable',
    message: /did not answer within 500 ms|cannot be used/,
  },
  {
    name: 'nobody there',
    begin: (server) => server.kill(),
    end: (server) => server.start(),
    timeoutMs: 500,
    save: 'unavailable',
    load: 'unavailable',
    message: /did not answer within 500 ms|cannot be used/,
  },
];

describe.concurrent.each(LIBRARIES)('%s', (library) => {
  test.each(TROUBLES)('$name: nothing is redeemed', { timeout: 90_000 }, async (trouble) => {
    const { args = [], begin, end, timeoutMs = 10_000, save, load = '', message } = trouble;
    await using server = await startRedisServer({ args });
    await using scene = await signIn(library, server, timeoutMs);
    const { backend, tokens, key } = scene;
    const before = await untilAnswered(() => backend.load(key));
    await begin(server);
    try {
      const saving = await failureOf(() => backend.save(key, 'EVERBEARER-CANARY-text', before?.version));
      expect(saving).toMatchObject({ name: 'TokenBackendError', code: save });
      expect(saving.message).toMatch(message);
      expect(saving.message).toContain(`Redis at 127.0.0.1:${server.port}`);
      expect(inspect(saving, { depth: 20, showHidden: true })).not.toContain('CANARY');
      if (load) expect(await failureOf(() => backend.load(key))).toMatchObject({ code: load });
      else expect(await backend.load(key)).toEqual(before);
      expect((await failureOf(() => tokens.renew())).name).toBe('TokenBackendError');
      expect(scene.redeemed).toBe(0);
    } finally {
      await end?.(server);
    }
  });

  test('the wrong password, and no password', async () => {
    await using server = await startRedisServer({ args: ['--requirepass', PASSWORD], password: PASSWORD });
    const { client, subscriber, end } = await connectClient(library, {
      port: server.port,
      password: PASSWORD,
    });
    const backend = redisBackend({ client, subscriber });
    expect(await backend.load('key')).toBeUndefined();
    await backend.close();
    await end();
    await server.command('CONFIG', 'SET', 'requirepass', '');
    const late = await connectClient(library, { port: server.port });
    const open = redisBackend({ client: late.client, subscriber: late.subscriber });
    await open.load('key');
    await server.command('CONFIG', 'SET', 'requirepass', PASSWORD);
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes').catch(() => undefined);
    await pause(50);
    const error = await failureOf(() => open.load('key'));
    expect(error.name).toBe('TokenBackendError');
    expect(['unreadable', 'unavailable']).toContain(error.code);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(PASSWORD);
    await open.close();
    await late.end();
  });
});

interface Failure extends Error {
  code?: string;
}

async function failureOf(work: () => Promise<unknown>): Promise<Failure> {
  const outcome = await work().then(
    (result) => result,
    (error: Failure) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error(`It did not fail but resolved to ${inspect(outcome)}.`);
}

/** Before the trouble the server answers; on a busy machine it may take longer than the trouble is given. */
function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  return vi.waitFor(ask, { timeout: 20_000 });
}

async function firstOf(keys: AsyncIterable<string>): Promise<string> {
  for await (const key of keys) return key;
  throw new Error('There is no key.');
}

async function signIn(library: Library, server: RedisServer, timeoutMs: number) {
  const { end, ...clients } = await connectClient(library, server);
  const backend = redisBackend({ ...clients, timeoutMs });
  let redeemed = 0;
  const provider: TokenProvider = {
    id: 'a provider',
    profile: STRICT_PROFILE,
    scopes: ['read'],
    async refresh() {
      redeemed++;
      return { accessToken: 'new', refreshToken: 'newer', tokenType: 'Bearer' };
    },
  };
  const tokens = createTokenManager({ provider, backend, timing: { maxWaitMs: 100 } });
  const old = { accessToken: 'old', refreshToken: 'older', tokenType: 'Bearer' };
  await untilAnswered(() => tokens.signIn(old));
  const key = await untilAnswered(() => firstOf(backend.list()));
  return {
    backend,
    tokens,
    key,
    get redeemed() {
      return redeemed;
    },
    async [Symbol.asyncDispose]() {
      await tokens.close();
      await backend.close();
      await end();
    },
  };
}
