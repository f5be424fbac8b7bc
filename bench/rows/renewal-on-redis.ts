import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { connectClient } from '@everbearer/far-end/support/redis-clients';
import { baseline } from '../baseline.ts';
import { type Build, loadBuild, renewing } from '../renewal-scene.ts';
import type { Theme } from '../row.ts';

interface Cost {
  scripts: number;
  received: number;
  sent: number;
}

/** What the server counted, the question for it included. */
async function counted(server: RedisServer): Promise<Cost> {
  const commands = await server.command('INFO', 'commandstats');
  const traffic = await server.command('INFO', 'stats');
  const number = (text: string, name: string) => Number(new RegExp(`${name}(\\d+)`).exec(text)?.[1] ?? 0);
  return {
    scripts: number(commands, 'cmdstat_evalsha:calls='),
    received: number(traffic, 'total_net_input_bytes:'),
    sent: number(traffic, 'total_net_output_bytes:'),
  };
}

async function costOf(build: Build, prefix: string): Promise<Cost> {
  const server = await startRedisServer();
  const { end, ...clients } = await connectClient('node-redis', server);
  const backend = build.redis.redisBackend({ ...clients, prefix });
  try {
    const renew = await renewing(build, backend);
    await sleep(300);
    const first = await counted(server);
    const second = await counted(server);
    await renew();
    // Notices, and the looks that follow them.
    await sleep(300);
    const third = await counted(server);
    const between = (name: keyof Cost) => third[name] - second[name] - (second[name] - first[name]);
    return { scripts: between('scripts'), received: between('received'), sent: between('sent') };
  } finally {
    await backend.close();
    await end();
    await server.stop();
  }
}

/** One renewal over Redis, beside the same of the baseline. */
export const theme: Theme = {
  order: 8.2,
  seconds: 5,
  hasBaseline: true,
  async measure() {
    const ours = await costOf(await loadBuild((name) => import.meta.resolve(name)), 'everbearer');
    const before = await costOf(await loadBuild(baseline().resolve), 'everbearer');
    const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
    const told = ({ scripts, received, sent }: Cost) =>
      `${scripts} round trips, ${kilobytes(received)} in, ${kilobytes(sent)} out`;
    return [
      {
        what: 'one renewal on Redis, with tokens of 3.5 kB',
        ours: `${told(ours)} (before: ${told(before)})`,
        goal: '2 round trips, 5 kB together',
        met: ours.scripts === 2 && ours.received + ours.sent <= 5_000,
      },
    ];
  },
};
