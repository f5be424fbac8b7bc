import { ConfigurationError } from '@everbearer/core';
import type { GlideClient } from './glide-port.ts';
import { portOf, type RedisClient } from './port-of.ts';
import type { RedisPort } from './redis-port.ts';

/** How `redisBackend()` keeps its records. */
export interface RedisBackendOptions {
  /**
   * Your client of `redis` (node-redis), `ioredis` or `@valkey/valkey-glide`, for a single server, by Sentinel or for a
   * cluster; or a {@link RedisPort} over any other. It stays yours: connect it first, and close it after the token
   * manager.
   */
  client: RedisClient;
  /**
   * With valkey-glide: a second client that serves nothing else, for hints at changes. The others make their own
   * second connection with `duplicate()`. Default: none, and other processes are waited for by looking.
   */
  subscriber?: GlideClient | undefined;
  /** The beginning of every key and channel: letters, digits and `. _ - : /`. Default: `everbearer`. */
  prefix?: string | undefined;
  /**
   * Whether every save that Redis confirmed outlives restart and failover: true only with `appendfsync always` on a
   * server without failover. Where it is false, holders put back what the server lost; where it is true, what is
   * missing counts as removed on purpose. Default: false.
   */
  durable?: boolean | undefined;
  /**
   * Refuses a server of which `check()` finds (or may not see) that it evicts records, loses them at a restart, or is
   * reached in the open beyond this machine. Default: false.
   */
  strict?: boolean | undefined;
  /** How long one command may take, in milliseconds, before its outcome counts as unknown. Default: 5000. */
  timeoutMs?: number | undefined;
}

export interface RedisSettings {
  port: RedisPort;
  prefix: string;
  durable: boolean;
  strict: boolean;
  timeoutMs: number;
}

/** @throws {ConfigurationError} that names the option and the remedy */
export function checkRedisOptions(options: RedisBackendOptions): RedisSettings {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError({
      option: 'options',
      message: 'redisBackend() takes an object: redisBackend({ client }).',
    });
  }
  const { client, subscriber, prefix = 'everbearer', timeoutMs = 5_000 } = options;
  const { durable = false, strict = false } = options;
  // Nothing that means something in a pattern or a hash tag.
  if (typeof prefix !== 'string' || !/^[\w.:/-]{1,100}$/.test(prefix)) {
    throw new ConfigurationError({
      option: 'prefix',
      message:
        '`prefix` must be 1 to 100 letters, digits or any of `. _ - : /`, for instance "myapp:tokens".',
    });
  }
  for (const [name, value] of Object.entries({ durable, strict })) {
    if (typeof value !== 'boolean')
      throw new ConfigurationError({ option: name, message: `\`${name}\` must be true or false.` });
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0) || timeoutMs > 60_000) {
    throw new ConfigurationError({
      option: 'timeoutMs',
      message: '`timeoutMs` must be a number of milliseconds up to 60000.',
    });
  }
  return { port: portOf(client, subscriber), prefix, durable, strict, timeoutMs };
}
