import { explainRedisFailure } from './explain-redis-failure.ts';
import type { Fitness } from './fitness.ts';
import type { RedisSettings } from './redis-options.ts';
import { within } from './within.ts';

/** The one way to the server: commands take a limited time, and every failure is explained. */
export type RedisAccess = <T>(purpose: 'read' | 'write', work: () => Promise<T>) => Promise<T>;

export function createRedisAccess({ address, timeoutMs }: RedisSettings, fitness: Fitness): RedisAccess {
  return async (purpose, work) => {
    try {
      return await fitness.during(() => within(timeoutMs, work()));
    } catch (error) {
      throw explainRedisFailure(error, purpose, address, timeoutMs);
    }
  };
}
