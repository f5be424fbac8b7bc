import { TokenBackendError } from '@everbearer/core';
import { checkServers } from './check-servers.ts';
import { explainRedisFailure } from './explain-redis-failure.ts';
import type { RedisSettings } from './redis-options.ts';
import { within } from './within.ts';

/** The one way to the server: commands take a limited time, and every failure is explained. */
export type RedisAccess = <T>(purpose: 'read' | 'write', work: () => Promise<T>) => Promise<T>;

/** With `strict`, the server is looked at before each use until nothing is wrong with it. */
export function createRedisAccess(settings: RedisSettings): RedisAccess {
  const { strict, address, timeoutMs } = settings;
  let fit = !strict;
  return async (purpose, work) => {
    try {
      if (!fit) await requireFit(settings);
      fit = true;
      return await within(timeoutMs, work());
    } catch (error) {
      throw explainRedisFailure(error, purpose, address, timeoutMs);
    }
  };
}

async function requireFit({ port, durable, address, timeoutMs }: RedisSettings): Promise<void> {
  const checks = await checkServers(port, durable, (work) => within(timeoutMs, work));
  const risk = checks.find(({ ok }) => !ok);
  if (!risk) return;
  throw new TokenBackendError({
    code: 'not_writable',
    message: `Redis at ${address} is refused, because \`strict\` is set. ${risk.detail} ${risk.remedy}`,
  });
}
