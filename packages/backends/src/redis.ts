export { type RedisBackend, redisBackend } from './redis/redis-backend.ts';
export type { RedisBackendOptions } from './redis/redis-options.ts';
export type { RedisListener, RedisPort, RedisServer, SendCommand } from './redis/redis-port.ts';
