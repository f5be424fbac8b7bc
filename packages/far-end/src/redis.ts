export { type RedisCluster, startRedisCluster } from './redis/redis-cluster.ts';
export { type RedisSentinels, startRedisSentinels } from './redis/redis-sentinels.ts';
export { type RedisServer, type RedisServerOptions, startRedisServer } from './redis/redis-server.ts';
