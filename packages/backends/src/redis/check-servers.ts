import type { BackendCheck } from '@everbearer/core/contract';
import { failed, passed } from '../finding.ts';
import { transportCheck } from './check-transport.ts';
import type { RedisPort, RedisServer, SendCommand } from './redis-port.ts';

/** What the servers say about how they keep records: for each question, the worst answer of all primaries. */
export async function checkServers(
  port: RedisPort,
  durable: boolean,
  limit: <T>(work: Promise<T>) => Promise<T>,
): Promise<BackendCheck[]> {
  const senders = await limit(port.primaries());
  const found = await Promise.all(senders.map((send) => limit(inquire(send))));
  return [
    evictionCheck(found),
    persistenceCheck(found, durable),
    transportCheck(await limit(serversOf(port))),
  ];
}

/** Where the client connects to, as far as it says so. */
async function serversOf({ server, servers }: RedisPort): Promise<readonly RedisServer[]> {
  if (servers) return servers();
  return server ? [server] : [];
}

/** What one server says; undefined where this user may not see it. */
interface ServerFacts {
  evicts: string | undefined;
  aof: boolean | undefined;
  /** `always`, `everysec` or `no`. */
  fsync: string | undefined;
  replicas: number | undefined;
}

async function inquire(send: SendCommand): Promise<ServerFacts> {
  const info = await send(['INFO']).then(String, () => '');
  const config = await send(['CONFIG', 'GET', 'appendfsync']).catch(() => undefined);
  const line = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const aof = line('aof_enabled');
  const replicas = line('connected_slaves');
  return {
    evicts: line('maxmemory_policy'),
    aof: aof === undefined ? undefined : aof === '1',
    fsync: settingIn(config),
    replicas: replicas === undefined ? undefined : Number(replicas),
  };
}

/** Name and value come as a list, a map, an object, or a list of pairs. */
function settingIn(reply: unknown): string | undefined {
  const text = JSON.stringify(reply instanceof Map ? [...reply] : (reply ?? null));
  return /\b(always|everysec|no)\b/.exec(text)?.[1];
}

const NO_PRIMARY = 'The client knows no primary, so nothing is known of it.';
const CONNECT_FIRST = 'Connect the client first.';
const MAY_NOT_SEE = 'Give this user +info, or look it up yourself.';

function evictionCheck(found: readonly ServerFacts[]): BackendCheck {
  const name = 'eviction';
  const policies = found.map(({ evicts }) => evicts);
  const bad = policies.find((policy) => policy?.startsWith('allkeys-'));
  if (bad !== undefined) {
    const detail = `\`maxmemory-policy\` is ${bad}: records may be thrown away when memory runs short.`;
    return failed(
      name,
      detail,
      'Run: redis-cli CONFIG SET maxmemory-policy noeviction (and write it into redis.conf).',
    );
  }
  if (found.length === 0) return failed(name, NO_PRIMARY, CONNECT_FIRST);
  if (policies.includes(undefined)) {
    return failed(name, 'This user may not see `maxmemory-policy` (INFO).', MAY_NOT_SEE);
  }
  return passed(
    name,
    `\`maxmemory-policy\` is ${[...new Set(policies)].join(', ')}: records are not evicted.`,
  );
}

function persistenceCheck(found: readonly ServerFacts[], durable: boolean): BackendCheck {
  const name = 'persistence';
  if (found.length === 0) return failed(name, NO_PRIMARY, CONNECT_FIRST);
  if (found.some(({ aof }) => aof === false)) {
    const detail =
      'The append-only file is off: a restart of the server loses the newest records, or all of them.';
    return failed(name, detail, 'Run: redis-cli CONFIG SET appendonly yes (and write it into redis.conf).');
  }
  if (found.some(({ aof }) => aof === undefined)) {
    return failed(
      name,
      'This user may not see whether the server keeps its data on disk (INFO).',
      MAY_NOT_SEE,
    );
  }
  const fsyncs = new Set(found.map(({ fsync }) => fsync ?? 'unknown'));
  const stated = `The append-only file is on, \`appendfsync\` is ${[...fsyncs].join(', ')}.`;
  if (!durable) return passed(name, stated);
  // What this user may not see counts as what loses most.
  const lossy = [...fsyncs].some((fsync) => fsync !== 'always');
  if (lossy || found.some(({ replicas }) => replicas !== 0)) {
    const detail = `${stated} \`durable: true\` promises more: no restart and no failover may lose a save.`;
    return failed(
      name,
      detail,
      'Leave out `durable`, or set `appendfsync always` on a server without failover.',
    );
  }
  return passed(name, stated);
}
