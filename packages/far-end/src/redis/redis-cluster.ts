import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, type RedisServer, startRedisServer } from './redis-server.ts';

/** Three primaries that share the slots. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

const run = promisify(execFile);
const FORM_MS = 20_000;

export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (let index = 0; index < 3; index++) {
      const busPort = await freePort();
      const args = [
        '--cluster-enabled',
        'yes',
        '--cluster-port',
        String(busPort),
        '--cluster-node-timeout',
        '5000',
      ];
      nodes.push(await startRedisServer({ args }));
    }
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await run(
      'redis-cli',
      ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'],
      {
        timeout: FORM_MS,
      },
    );
    const deadline = performance.now() + FORM_MS;
    while (!(await allSee(nodes))) {
      if (performance.now() > deadline) throw new Error('The cluster did not form in time.');
      await pause(50);
    }
    return { nodes, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function allSee(nodes: readonly RedisServer[]): Promise<boolean> {
  const states = await Promise.all(nodes.map((node) => node.command('CLUSTER', 'INFO')));
  return states.every(
    (state) => state.includes('cluster_state:ok') && state.includes('cluster_known_nodes:3'),
  );
}
