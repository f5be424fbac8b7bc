import { setTimeout as pause } from 'node:timers/promises';
import { redisBackend } from '@everbearer/backends/redis';
import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { connectClient } from '@everbearer/far-end/support/redis-clients';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

let issued = 0;
/** Tokens as long as those of Entra: 2,000 characters to use, 1,500 to refresh. */
const provider: TokenProvider = {
  id: 'a provider',
  profile: STRICT_PROFILE,
  scopes: ['read'],
  async refresh() {
    const number = String(++issued).padStart(8, '0');
    return {
      accessToken: number.repeat(250),
      refreshToken: number.repeat(188),
      tokenType: 'Bearer',
      expiresAt: Date.now() + 3_600_000,
    };
  },
};

interface Cost {
  commands: Record<string, number>;
  received: number;
  sent: number;
}

/** What the server counted, without the questions for it: their own cost is measured by asking twice. */
async function counted(): Promise<Cost> {
  const [stats, traffic] = [
    await server.command('INFO', 'commandstats'),
    await server.command('INFO', 'stats'),
  ];
  const commands = Object.fromEntries(
    [...stats.matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)].map(([, name, calls]) => [name, Number(calls)]),
  );
  const bytes = (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(traffic)?.[1]);
  return { commands, received: bytes('total_net_input_bytes'), sent: bytes('total_net_output_bytes') };
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  await server.command('PING');
  const first = await counted();
  const second = await counted();
  await work();
  const third = await counted();
  const OURS = ['evalsha', 'eval', 'hmget', 'hset', 'publish', 'del', 'scan', 'get', 'set'];
  const commands = Object.fromEntries(
    OURS.map((name) => [name, (third.commands[name] ?? 0) - (second.commands[name] ?? 0)] as const).filter(
      ([, calls]) => calls > 0,
    ),
  );
  const between = (name: 'received' | 'sent') => third[name] - second[name] - (second[name] - first[name]);
  return { commands, received: between('received'), sent: between('sent') };
}

test('a renewal costs two scripts and 5 kB in both directions, its own notices included; a call with a token in hand costs nothing', async () => {
  const { end, ...clients } = await connectClient('node-redis', server);
  const backend = redisBackend(clients);
  const tokens = createTokenManager({ provider, backend });
  await tokens.signIn(
    await (provider.refresh as NonNullable<TokenProvider['refresh']>)({} as never, {} as never),
  );
  await tokens.renew();

  const renewal = await costOf(async () => {
    await tokens.renew();
    await pause(200);
  });
  expect(renewal.commands).toEqual({ evalsha: 2, hmget: 2, hset: 2, publish: 2 });
  expect(renewal.received).toBeGreaterThan(3_500);
  expect(renewal.received + renewal.sent).toBeLessThan(5 * 1_024);

  const hot = await costOf(async () => {
    for (let call = 0; call < 10_000; call++) await tokens.getToken();
  });
  expect(hot.commands).toEqual({});
  // The counts differ in length by a digit now and then.
  expect(Math.abs(hot.received) + Math.abs(hot.sent)).toBeLessThan(64);

  await tokens.close();
  await backend.close();
  await end();
});
