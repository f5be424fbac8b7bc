import { ConfigurationError } from '@everbearer/core';
import { type GlideClient, glidePort } from './glide-port.ts';
import { type IoredisClient, ioredisPort } from './ioredis-port.ts';
import { type NodeRedisClient, nodeRedisPort } from './node-redis-port.ts';
import type { RedisPort } from './redis-port.ts';

/**
 * The port over a client of `redis`, `ioredis` or `@valkey/valkey-glide`, or the port that was given. Clients are told
 * apart by their methods: their class names are minified away or shared.
 * @throws {ConfigurationError} for anything else
 */
export function portOf(client: unknown, subscriber: unknown): RedisPort {
  if (isGlide(client)) return glidePort(client, checkedSubscriber(subscriber));
  if (subscriber !== undefined) {
    throw new ConfigurationError({
      option: 'subscriber',
      message:
        '`subscriber` is for clients of valkey-glide; others make their own second connection. Leave it out.',
    });
  }
  if (isNodeRedis(client)) {
    // npm installs any major beside this package. Objects of version 5 and later can be destroyed.
    if (has(client, 'destroy')) return nodeRedisPort(client);
    const message = '`client` is of redis 4. Install redis 5 or later.';
    throw new ConfigurationError({ option: 'client', message });
  }
  if (isIoredis(client)) return ioredisPort(client);
  if (isPort(client)) return client;
  throw new ConfigurationError({
    option: 'client',
    message: has(client, 'then')
      ? '`client` is a promise. Wait for it first: redisBackend({ client: await … }).'
      : '`client` must be a client of redis, ioredis or @valkey/valkey-glide, or a RedisPort over another one.',
  });
}

/** Whether it is one of those that have a port. */
export function isClient(given: unknown): boolean {
  return isGlide(given) || isNodeRedis(given) || isIoredis(given) || isPort(given);
}

function checkedSubscriber(subscriber: unknown): GlideClient | undefined {
  if (subscriber === undefined) return undefined;
  if (isGlide(subscriber) && has(subscriber, 'psubscribe') && has(subscriber, 'getPubSubMessage'))
    return subscriber;
  throw new ConfigurationError({
    option: 'subscriber',
    message: '`subscriber` must be a second client of @valkey/valkey-glide, or left out.',
  });
}

const isGlide = (client: unknown): client is GlideClient =>
  has(client, 'customCommand') && has(client, 'invokeScript');

const isNodeRedis = (client: unknown): client is NodeRedisClient =>
  has(client, 'sendCommand') && has(client, 'evalSha');

const isIoredis = (client: unknown): client is IoredisClient =>
  has(client, 'call') && has(client, 'psubscribe');

const isPort = (client: unknown): client is RedisPort => has(client, 'send') && has(client, 'primaries');

function has(client: unknown, method: string): boolean {
  return typeof client === 'object' && client !== null && typeof Reflect.get(client, method) === 'function';
}
