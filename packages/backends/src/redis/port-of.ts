import { ConfigurationError } from '@everbearer/core';
import { type GlideClient, glidePort } from './glide-port.ts';
import { type IoredisClient, ioredisPort } from './ioredis-port.ts';
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  type NodeRedisSentinel,
  nodeRedisPort,
} from './node-redis-port.ts';
import type { RedisPort } from './redis-port.ts';

/** A client of `redis`, `ioredis` or `@valkey/valkey-glide`, or any other behind a {@link RedisPort}. */
export type RedisClient =
  | NodeRedisClient
  | NodeRedisSentinel
  | NodeRedisCluster
  | IoredisClient
  | GlideClient
  | RedisPort;

/**
 * Told apart by their methods: their class names are minified away or shared.
 * @throws {ConfigurationError} for anything else
 */
export function portOf(client: RedisClient, subscriber: GlideClient | undefined): RedisPort {
  if (has(client, 'customCommand')) return glidePort(client as GlideClient, subscriber);
  if (subscriber !== undefined) {
    throw new ConfigurationError({
      option: 'subscriber',
      message:
        '`subscriber` is for clients of valkey-glide; others make their own second connection. Leave it out.',
    });
  }
  if (has(client, 'sendCommand') && has(client, 'evalSha')) return nodeRedisPort(client as NodeRedisClient);
  if (has(client, 'call') && has(client, 'psubscribe')) return ioredisPort(client as IoredisClient);
  if (has(client, 'send') && has(client, 'primaries')) return client as RedisPort;
  throw new ConfigurationError({
    option: 'client',
    message:
      '`client` must be a client of redis, ioredis or @valkey/valkey-glide, or a RedisPort over another one.',
  });
}

function has(client: unknown, method: string): boolean {
  return typeof client === 'object' && client !== null && typeof Reflect.get(client, method) === 'function';
}
