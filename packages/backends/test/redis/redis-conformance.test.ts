import { randomUUID } from 'node:crypto';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { createBackends, LIBRARIES } from '@everbearer/far-end/support/redis-clients';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { backendConformance } from '@everbearer/testing/backend-conformance';
import { afterAll, beforeAll, describe, test } from 'vitest';

let server: RedisServer;

beforeAll(async () => {
  server = await startRedisServer({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
});
afterAll(async () => {
  await server.stop();
});

describe.each(LIBRARIES)('redisBackend over %s', (library) => {
  backendConformance({
    // No lock of this store lasts longer than a save.
    pauseMs: 150,
    test,
    create() {
      const prefix = `kit:${randomUUID()}`;
      const { open, end } = createBackends(library, server, { prefix, durable: true });
      return {
        open,
        elsewhere: {
          module: new URL(import.meta.resolve('@everbearer/far-end/support/redis-clients')),
          factory: 'openRedisBackend',
          argument: { library, target: { port: server.port }, prefix },
          execArgv: SOURCE_OPTIONS,
        },
        damage: async (key) => void (await server.command('HDEL', `${prefix}:{${key}}`, 'd')),
        async holds(text) {
          const names = (await server.command('KEYS', `${prefix}:*`)).split('\n').filter(Boolean);
          const contents = await Promise.all(names.map((name) => server.command('HGETALL', name)));
          return [...names, ...contents].join('\n').includes(text);
        },
        dispose: end,
      };
    },
  });
});
