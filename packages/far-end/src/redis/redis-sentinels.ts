import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, type RedisServer, type RedisServerOptions, startRedisServer } from './redis-server.ts';

/** A primary, a replica, and three sentinels that promote the replica when the primary is gone. */
export interface RedisSentinels extends AsyncDisposable {
  /** What the sentinels call the primary, whichever server it is. */
  readonly name: string;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  readonly sentinels: readonly RedisServer[];
  /** The port of the primary, as a sentinel knows it. */
  primaryPort(): Promise<number>;
  stop(): Promise<void>;
}

/** What the sentinels call the primary. */
const NAME = 'everbearer';
const READY_MS = 20_000;

export async function startRedisSentinels(
  options: Pick<RedisServerOptions, 'args' | 'tls'> = {},
): Promise<RedisSentinels> {
  const { args = [], tls } = options;
  const servers: RedisServer[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'sentinels-'));
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  const add = async (starting: Promise<RedisServer>) => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  try {
    const primary = await add(startRedisServer({ args, tls }));
    const follow = ['--replicaof', '127.0.0.1', String(primary.port)];
    const replica = await add(startRedisServer({ args: [...args, ...follow], tls }));
    await until(async () => (await replica.command('INFO', 'replication')).includes('master_link_status:up'));
    const sentinels: RedisServer[] = [];
    for (let index = 0; index < 3; index++) {
      const file = join(directory, `sentinel-${index}.conf`);
      sentinels.push(await add(startSentinel(file, primary.port, tls)));
    }
    await until(async () => (await Promise.all(sentinels.map(knowsAll))).every(Boolean));
    return {
      name: NAME,
      primary,
      replica,
      sentinels,
      async primaryPort() {
        const [first] = sentinels as [RedisServer];
        const address = await first.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME);
        return Number(address.split('\n')[1]);
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** `file` is its configuration, which it rewrites as it goes. */
async function startSentinel(
  file: string,
  primaryPort: number,
  tls: RedisServerOptions['tls'],
): Promise<RedisServer> {
  writeFileSync(file, sentinelConfiguration(primaryPort));
  const port = await freePort();
  return startRedisServer({ program: 'redis-sentinel', args: [file], port, tls });
}

const sentinelConfiguration = (port: number) => `sentinel monitor ${NAME} 127.0.0.1 ${port} 2
sentinel down-after-milliseconds ${NAME} 500
sentinel failover-timeout ${NAME} 5000
sentinel parallel-syncs ${NAME} 1
`;

/** Whether it has found the replica and the two other sentinels. */
async function knowsAll(sentinel: RedisServer): Promise<boolean> {
  const about = await sentinel.command('SENTINEL', 'MASTER', NAME);
  return /num-slaves\n1\b/.test(about) && /num-other-sentinels\n2\b/.test(about);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error('Sentinels and replica did not find each other in time.');
    await pause(50);
  }
}
