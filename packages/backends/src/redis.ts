import { randomUUID } from 'node:crypto';
import { TokenBackendError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { createProcessHolder } from './file/process-holder.ts';
import { checkRedis } from './redis/check-redis.ts';
import { checkServers } from './redis/check-servers.ts';
import { explainRedisFailure } from './redis/explain-redis-failure.ts';
import { createHints } from './redis/hints.ts';
import { createRecordScripts } from './redis/record-scripts.ts';
import { checkRedisOptions, type RedisBackendOptions } from './redis/redis-options.ts';
import { scanKeys } from './redis/scan-keys.ts';
import { within } from './redis/within.ts';

export type { GlideClient } from './redis/glide-port.ts';
export type { IoredisClient } from './redis/ioredis-port.ts';
export type {
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisSentinel,
  Subscribing,
} from './redis/node-redis-port.ts';
export type { RedisClient } from './redis/port-of.ts';
export type { RedisBackendOptions } from './redis/redis-options.ts';
export type { RedisListener, RedisPort, RedisServer, SendCommand } from './redis/redis-port.ts';

/** A backend in Redis or Valkey. `watch` is missing with a valkey-glide client that was given no `subscriber`. */
export type RedisBackend = Required<Omit<TokenBackend, 'watch'>> & Pick<TokenBackend, 'watch'>;

/**
 * Keeps records in Redis or Valkey, for any number of processes on any number of machines. One key a record,
 * compared and saved by a script; no key ever expires. A version is a random UUID, so that none recurs whatever the
 * server forgets. Who shares the prefix shares the tokens, so give the user of the client rights to nothing else.
 *
 * `reserveBytes` reserves nothing: Redis refuses writes by the memory in use and not by their size, so the save that
 * takes the lease finds a full server before anything is redeemed. `close()` ends the hints and leaves your client
 * open.
 * @throws {ConfigurationError} when an option cannot be what it is. Whether the server can be used is seen at
 * first use.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export function redisBackend(options: RedisBackendOptions): RedisBackend {
  const { port, prefix, durable, strict, timeoutMs } = checkRedisOptions(options);
  const { address = 'the server of the client' } = port.server ?? {};
  const { name: holder, isAlive } = createProcessHolder();
  const scripts = createRecordScripts(port);
  const limit = <T>(work: Promise<T>) => within(timeoutMs, work);
  const nameOf = (key: string) => `${prefix}:{${key}}`;
  const keyOf = (name: string) =>
    name.startsWith(`${prefix}:{`) ? name.slice(prefix.length + 2, -1) : undefined;
  const hints = port.subscribe && createHints(port.subscribe, prefix, keyOf);
  let fit = !strict;

  async function use<T>(purpose: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    try {
      if (!fit) await requireFit();
      return await limit(work());
    } catch (error) {
      throw explainRedisFailure(error, purpose, address, timeoutMs);
    }
  }

  async function requireFit(): Promise<void> {
    const risk = (await checkServers(port, durable, limit)).find(({ ok }) => !ok);
    if (risk) {
      const text = `Redis at ${address} is refused, because \`strict\` is set. ${risk.detail} ${risk.remedy}`;
      throw new TokenBackendError({ code: 'not_writable', message: text });
    }
    fit = true;
  }

  return {
    capabilities: { cas: 'shared', durable, writable: true },
    location: `Redis at ${address}, keys ${prefix}:*`,
    holder,
    isHolderAlive: isAlive,
    async load(key) {
      const [version, data] = await use('read', () => scripts.load(nameOf(key)));
      if (version !== null && data !== null) return { version, data };
      if (version === null && data === null) return undefined;
      throw new TokenBackendError({
        code: 'damaged',
        message: `Redis at ${address} holds half a record under a key of ${prefix}:*. Somebody changed it; restore it, or sign in again to replace it.`,
        version: version ?? '',
      });
    },
    async save(key, data, expected) {
      const version = randomUUID();
      const saved = await use('write', () => scripts.save(nameOf(key), version, data, expected));
      return saved ? version : undefined;
    },
    delete: (key, expected) => use('write', () => scripts.erase(nameOf(key), expected)),
    async *list() {
      for await (const name of scanKeys(port, nameOf('*'), (work) => use('read', work))) {
        const key = keyOf(name);
        if (key !== undefined) yield key;
      }
    },
    ...(hints && { watch: hints.watch }),
    check: () => checkRedis({ port, scripts, prefix, durable, address, timeoutMs }),
    async close() {
      hints?.close();
    },
  };
}
