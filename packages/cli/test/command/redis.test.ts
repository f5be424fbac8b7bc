import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { createClient } from 'redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';

const shared = sharedServer();
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

const backend = { kind: 'redis', url: { env: 'REDIS_URL' } };
const at = (port: number) => ({ env: { REDIS_URL: `redis://127.0.0.1:${port}` } });

test('tokens in Redis, and what is wrong with the server', async () => {
  const { server } = shared;
  const { run } = commandLine(server, { backend });
  const env = at(redis.port);
  const input = server.signIn().refresh_token as string;
  expect(await run('import --raw', { ...env, input })).toMatchObject({ exit: 0 });
  expect(await run('renew', env)).toMatchObject({ exit: 0 });
  expect((await run('status', env)).out).toContain('default  valid');
  const client = await createClient({ url: env.env.REDIS_URL }).connect();
  await client.configSet('maxmemory-policy', 'allkeys-lru');
  client.destroy();
  const { exit, out } = await run('doctor', env);
  expect(exit).toBe(1);
  expect(out).toMatch(/^BAD {2}eviction: .*allkeys-lru/m);
  expect(out).toMatch(/^BAD {2}persistence: .*append-only file is off/m);
  // The commands as they are printed, at the port of this server.
  const commands = [...out.matchAll(/Mend: Run: (redis-cli .*?) \(/g)].map(
    ([, command]) => command as string,
  );
  expect(commands).toHaveLength(2);
  for (const command of commands) await redis.command(...command.split(' ').slice(1));
  expect(await run('doctor', env)).toMatchObject({ exit: 0 });
});

test('3 where Redis does not answer, at once, and without its password', async () => {
  const { run } = commandLine(shared.server, { backend });
  const env = { REDIS_URL: 'redis://:secret-canary-1@127.0.0.1:1' };
  const { exit, out, notes } = await run('status', { env });
  expect({ exit, out }).toEqual({ exit: 3, out: '' });
  expect(notes).toContain('Redis at 127.0.0.1:1 cannot be used (ECONNREFUSED)');
  expect(notes).not.toContain('canary');
  expect((await run('doctor', { env })).out).toMatch(/^BAD {2}set-up: Redis at 127/);
  const odd = await run('status', { env: { REDIS_URL: 'secret-canary-1' } });
  expect(odd).toMatchObject({ exit: 3, notes: expect.stringContaining('rediss:// for TLS') });
});
