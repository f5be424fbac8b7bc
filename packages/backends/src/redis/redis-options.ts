import { ConfigurationError } from '@everbearer/core';
import { checkOptions } from '../check-options.ts';
import { isClient, portOf } from './port-of.ts';
import type { RedisPort } from './redis-port.ts';

/** How `redisBackend()` keeps its records. */
export interface RedisBackendOptions {
  /**
   * Your client, for a single server, by Sentinel or for a cluster: of `redis` 5 or later (as `createClient`,
   * `createSentinel` and `createCluster` make it), of `ioredis` 4.31 or later (`Redis` or `Cluster`), or of
   * `@valkey/valkey-glide` 2.5 (`GlideClient` or `GlideClusterClient`). For any other, a {@link RedisPort} over it. Anything else is refused
   * with a ConfigurationError. It stays yours: connect it first, and close it after the token manager.
   */
  client: RedisPort | object;
  /**
   * With valkey-glide only: a second client that serves nothing else, for hints at changes. Clients of the other
   * libraries make their own second connection with `duplicate()`. Default: none, and changes by other processes are
   * found by looking.
   */
  subscriber?: object | undefined;
  /**
   * The beginning of every key and channel: 1 to 100 letters, digits and `. _ - : /`. Default: `everbearer`.
   */
  prefix?: string | undefined;
  /**
   * Whether every save that Redis confirmed outlives restart and failover: true only with `appendfsync always` on a
   * server without failover. Where it is false, holders put back what the server lost; where it is true, a missing
   * record counts as removed on purpose. Default: false.
   */
  durable?: boolean | undefined;
  /**
   * Refuses a server of which `check()` finds (or cannot see) that it evicts records, loses them at a restart, or is
   * reached unencrypted beyond this machine: every load and save then fails with TokenBackendError `not_writable`. The
   * servers are looked at before the first use and after each change of the connection; with clients that do not tell of
   * changes (valkey-glide, clusters), before each use, which costs a round trip more. Default: false.
   */
  strict?: boolean | undefined;
  /**
   * How long one command may take before its outcome counts as unknown: above 0 and up to 60000 milliseconds. Default:
   * 5000.
   */
  timeoutMs?: number | undefined;
}

/** The options after the checks. */
export interface RedisSettings {
  port: RedisPort;
  /** Where the server is, for messages. */
  address: string;
  prefix: string;
  durable: boolean;
  strict: boolean;
  timeoutMs: number;
}

const KNOWN = {
  client: true,
  subscriber: true,
  prefix: true,
  durable: true,
  strict: true,
  timeoutMs: true,
} as const;

/** @throws {ConfigurationError} that names the option and the remedy */
export function checkRedisOptions(options: RedisBackendOptions): RedisSettings {
  if (isClient(options)) {
    const message = 'A client must be given as an option: redisBackend({ client }).';
    throw new ConfigurationError({ option: 'options', message });
  }
  checkOptions<RedisBackendOptions>(options, KNOWN, 'redisBackend({ client })');
  const { client, subscriber, prefix = 'everbearer', timeoutMs = 5_000 } = options;
  const { durable = false, strict = false } = options;
  // Without the characters that have a meaning in a pattern or a hash tag.
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
  const port = portOf(client, subscriber);
  const address = port.server?.address ?? 'the server of the client';
  return { port, address, prefix, durable, strict, timeoutMs };
}
