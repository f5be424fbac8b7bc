import { TokenBackendError } from '@everbearer/core';
import { checkServers } from './check-servers.ts';
import type { RedisSettings } from './redis-options.ts';
import { within } from './within.ts';

/** Whether the servers are fit to hold tokens: what `strict` asks for. */
export interface Fitness {
  /**
   * Does the work over servers that were looked at since the last change of the connection. When that changes during the
   * work, the client may have done it on another server, so that one is looked at before the result counts.
   * @throws {TokenBackendError} `not_writable`, for a server that is not fit
   */
  during<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

export function createFitness(settings: RedisSettings): Fitness {
  const { strict, port } = settings;
  if (!strict) return { during: (work) => work(), close: () => undefined };
  let changes = 0;
  let foundFitAt: number | undefined;
  let end = port.onConnectionChange?.(() => void changes++);

  async function look(): Promise<void> {
    const at = changes;
    if (foundFitAt === at) return;
    foundFitAt = undefined;
    await requireFit(settings);
    // For a client that tells nothing of its connections, the servers are looked at before each use.
    if (end) foundFitAt = at;
  }

  return {
    async during(work) {
      await look();
      const result = await work();
      if (end) await look();
      return result;
    },
    close() {
      end?.();
      end = undefined;
      foundFitAt = undefined;
    },
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
