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

const READY_MS = 20_000;

export async function startRedisSentinels(
  options: Pick<RedisServerOptions, 'args' | 'tls'> = {},
): Promise<RedisSentinels> {
  const { args = [], tls } = options;
  const encrypted = tls ? { tls } : {};
  const name = 'everbearer';
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
    const primary = await add(startRedisServer({ args, ...encrypted }));
    const follow = ['--replicaof', '127.0.0.1', String(primary.port)];
    const replica = await add(startRedisServer({ args: [...args, ...follow], ...encrypted }));
    await until(async () => (await replica.command('INFO', 'replication')).includes('master_link_status:up'));
    const sentinels: RedisServer[] = [];
    for (let index = 0; index < 3; index++) {
      const file = join(directory, `sentinel-${index}.conf`);
      writeFileSync(file, sentinelConfiguration(name, primary.port));
      const port = await freePort();
      sentinels.push(
        await add(startRedisServer({ program: 'redis-sentinel', args: [file], port, ...encrypted })),
      );
    }
    const knows = async (sentinel: RedisServer) => {
      const about = await sentinel.command('SENTINEL', 'MASTER', name);
      return /num-slaves\n1\b/.test(about) && /num-other-sentinels\n2\b/.test(about);
    };
    await until(async () => (await Promise.all(sentinels.map(knows))).every(Boolean));
    return {
      name,
      primary,
      replica,
      sentinels,
      async primaryPort() {
        const [first] = sentinels as [RedisServer];
        const address = await first.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name);
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

const sentinelConfiguration = (name: string, port: number) => `sentinel monitor ${name} 127.0.0.1 ${port} 2
sentinel down-after-milliseconds ${name} 500
sentinel failover-timeout ${name} 5000
sentinel parallel-syncs ${name} 1
`;

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error('Sentinels and replica did not find each other in time.');
    await pause(50);
  }
}
