import { setTimeout as pause } from 'node:timers/promises';
import {
  type RedisSentinels,
  type RedisServer,
  startRedisSentinels,
  startRedisServer,
} from '@everbearer/far-end/redis';
import { startTcpProxy, type TcpProxy } from '@everbearer/far-end/tcp-proxy';
import type { Store } from './open-store.ts';

/** A Redis that has one kind of trouble, again and again. */
export interface TroubledRedis extends AsyncDisposable {
  /** Where the process with this number connects to. */
  storeOf(worker: number): Store;
  /**
   * One trouble, from its beginning to its end: afterwards Redis takes commands again. `expire` ends the access
   * tokens, where that has to happen at a moment of its own.
   */
  strike(expire: () => Promise<unknown>): Promise<void>;
}

export interface Trouble {
  /** It ends the access tokens itself. */
  expires?: boolean;
  start(): Promise<TroubledRedis>;
  /** What callers may be told while it lasts, by the codes of the errors. */
  told: readonly string[];
}

/** A call that was under way when its token ended gets its 401, where the renewal that it started fails. */
const REJECTED = 'status 401';
/** Out of reach, or reached and not answering. */
const AWAY = ['unavailable', REJECTED];
const library = 'node-redis';
/** Short enough to come before the end of a trouble in which no answer comes. */
const timeoutMs = 1_000;
/** For troubles in which every answer comes: a busy machine answers late, which is another trouble. */
const patientMs = 10_000;

export const REDIS_TROUBLES: Readonly<Record<string, Trouble>> = {
  'restart-aof-always': restart(['--appendonly', 'yes', '--appendfsync', 'always']),
  'restart-aof-everysec': restart(['--appendonly', 'yes', '--appendfsync', 'everysec']),
  'restart-nothing-kept': restart([]),
  failover: { start: failover, expires: true, told: [...AWAY, 'not_writable'] },
  partition: { start: partition, told: AWAY },
  flushall: single([], async (server) => void (await server.command('FLUSHALL'))),
  eviction: single(['--maxmemory-policy', 'allkeys-random'], evict, ['full', REJECTED]),
  'script-flush': single([], async (server) => void (await server.command('SCRIPT', 'FLUSH'))),
  'out-of-memory': single([], (server) => setFor(server, 'maxmemory', '1', '0'), ['full', REJECTED]),
  'too-few-replicas': single([], (server) => setFor(server, 'min-replicas-to-write', '1', '0'), [
    'not_writable',
    REJECTED,
  ]),
  'slow-answers': { start: slowAnswers, told: AWAY },
  'broken-connections': { start: brokenConnections, told: AWAY },
  'standing-still': single([], standStill, AWAY),
};

const lasting = () => pause(500 + Math.random() * 2_000);

function single(
  args: readonly string[],
  strike: (server: RedisServer) => Promise<void>,
  told: readonly string[] = [],
): Trouble {
  const waitMs = told.includes('unavailable') ? timeoutMs : patientMs;
  return {
    told,
    async start() {
      const server = await startRedisServer({ args });
      return {
        storeOf: () => ({ redis: { port: server.port }, library, timeoutMs: waitMs }),
        strike: () => strike(server),
        [Symbol.asyncDispose]: () => server.stop(),
      };
    },
  };
}

/** SIGKILL, as a power cut would; what was not on disk by then is gone. */
function restart(args: readonly string[]): Trouble {
  const strike = async (server: RedisServer) => {
    await server.kill();
    await pause(Math.random() * 300);
    await server.start();
  };
  return single(args, strike, AWAY);
}

async function setFor(server: RedisServer, name: string, bad: string, good: string): Promise<void> {
  await server.command('CONFIG', 'SET', name, bad);
  await lasting();
  await server.command('CONFIG', 'SET', name, good);
}

/** Other people's keys fill the memory until the records have gone. */
async function evict(server: RedisServer): Promise<void> {
  const names = (await server.command('KEYS', 'everbearer:*')).split('\n').filter(Boolean);
  const [, used] = /used_memory:(\d+)/.exec(await server.command('INFO', 'memory')) ?? [];
  await server.command('CONFIG', 'SET', 'maxmemory', String(Number(used) + 500_000));
  // Keys are evicted before a command runs: it sees what has gone before any process can put it back.
  const fill = `redis.call('SET',ARGV[1],string.rep('x',100000)) return redis.call('EXISTS',KEYS[1])`;
  const isThere = (number: number) =>
    server.command('EVAL', fill, '1', ...names.slice(0, 1), `filler${number % 20}`).catch(String);
  for (let number = 0; number < 200 && names.length > 0 && (await isThere(number)) !== '0'; number++);
  await server.command('CONFIG', 'SET', 'maxmemory', '0');
  const fillers = Array.from({ length: 20 }, (_, number) => `filler${number}`);
  await server.command('DEL', ...fillers);
}

async function standStill(server: RedisServer): Promise<void> {
  server.pause();
  await lasting();
  server.resume();
}

async function behindProxy(
  strike: (proxy: TcpProxy) => Promise<void>,
  isBehind: (worker: number) => boolean,
): Promise<TroubledRedis> {
  const server = await startRedisServer();
  const proxy = await startTcpProxy(server.port);
  return {
    storeOf: (worker) => ({
      redis: { port: isBehind(worker) ? proxy.port : server.port },
      library: worker % 4 < 2 ? library : 'ioredis',
      timeoutMs,
    }),
    strike: () => strike(proxy),
    async [Symbol.asyncDispose]() {
      await proxy.stop();
      await server.stop();
    },
  };
}

/** Half of the processes are cut off, and what they sent arrives when the line is whole again. */
function partition(): Promise<TroubledRedis> {
  const strike = async (proxy: TcpProxy) => {
    proxy.cut();
    await lasting();
    proxy.heal();
  };
  return behindProxy(strike, (worker) => worker % 2 === 0);
}

/** Answers that come after the time-out of a command: it was carried out, and its sender does not know. */
function slowAnswers(): Promise<TroubledRedis> {
  const strike = async (proxy: TcpProxy) => {
    proxy.delay(600 + Math.random() * 900);
    await lasting();
    proxy.delay(0);
  };
  return behindProxy(strike, () => true);
}

function brokenConnections(): Promise<TroubledRedis> {
  const strike = async (proxy: TcpProxy) => {
    for (let times = 0; times < 5; times++) {
      proxy.reset();
      await pause(Math.random() * 100);
    }
  };
  return behindProxy(strike, () => true);
}

/** The replica is cut off, misses the last saves, and is promoted all the same when the primary dies. */
async function failover(): Promise<TroubledRedis> {
  const sentinels = await startRedisSentinels();
  const target = { sentinels: sentinels.sentinels.map(({ port }) => port), name: sentinels.name };
  return {
    storeOf: (worker) => ({ redis: target, library: worker % 2 === 0 ? library : 'ioredis', timeoutMs }),
    strike: (expire) => failOver(sentinels, expire),
    [Symbol.asyncDispose]: () => sentinels.stop(),
  };
}

async function failOver(sentinels: RedisSentinels, expire: () => Promise<unknown>): Promise<void> {
  const port = await sentinels.primaryPort();
  const both = [sentinels.primary, sentinels.replica];
  const old = both.find((server) => server.port === port) as RedisServer;
  const replica = both.find((server) => server.port !== port) as RedisServer;
  await old.command('ACL', 'SETUSER', 'default', '-psync');
  await old.command('CLIENT', 'KILL', 'TYPE', 'replica').catch(() => undefined);
  // A renewal that the replica never hears of.
  await expire();
  await pause(600 + Math.random() * 600);
  await old.kill();
  await until(async () => (await sentinels.primaryPort()) === replica.port);
  await old.start();
  await until(async () => (await old.command('INFO', 'replication')).includes('master_link_status:up'));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadline) throw new Error('The failover did not come to an end.');
    await pause(100);
  }
}
