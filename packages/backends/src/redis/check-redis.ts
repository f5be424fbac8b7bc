import { randomUUID } from 'node:crypto';
import type { BackendCheck } from '@everbearer/core/contract';
import { checkServers, failed, passed } from './check-servers.ts';
import { explainRedisFailure } from './explain-redis-failure.ts';
import type { RecordScripts } from './record-scripts.ts';
import type { RedisPort } from './redis-port.ts';
import { within } from './within.ts';

export interface RedisToCheck {
  port: RedisPort;
  scripts: RecordScripts;
  prefix: string;
  durable: boolean;
  address: string;
  timeoutMs: number;
}

/** What can be found out without a credential; each finding with its remedy. */
export async function checkRedis(redis: RedisToCheck): Promise<BackendCheck[]> {
  const limit = <T>(work: Promise<T>) => within(redis.timeoutMs, work);
  try {
    await limit(probe(redis));
  } catch (error) {
    const { message } = explainRedisFailure(error, 'write', redis.address, redis.timeoutMs);
    const [detail = message, remedy = ''] = message.split(/(?<=\.) (.*)/);
    return [failed('writable', detail, remedy)];
  }
  const written = 'A record was saved, compared, read back and deleted.';
  const checks = [passed('writable', written), await hintsCheck(redis)];
  return [...checks, ...(await checkServers(redis.port, redis.durable, limit))];
}

/** The whole life of a record, under a name that is none. */
async function probe({ scripts, prefix }: RedisToCheck): Promise<void> {
  const name = `${prefix}:check:${randomUUID()}`;
  const [first, second] = [randomUUID(), randomUUID()];
  const done = [
    await scripts.save(name, first, 'probe', undefined),
    await scripts.save(name, second, 'probe', first),
    !(await scripts.save(name, first, 'probe', undefined)),
    (await scripts.load(name))[0] === second,
    await scripts.erase(name, second),
  ];
  if (done.includes(false)) throw new Error('What was saved did not come back.');
}

async function hintsCheck({ port, prefix, timeoutMs }: RedisToCheck): Promise<BackendCheck> {
  const name = 'hints';
  const { subscribe } = port;
  const slower = 'Other processes are waited for by looking, which takes up to a quarter of a second longer.';
  if (!subscribe) {
    const detail = `The client has no second connection to listen on. ${slower}`;
    return failed(name, detail, 'With valkey-glide, give a second client as `subscriber`.');
  }
  let end: (() => void) | undefined;
  const subscribed = new Promise<void>((resolve, reject) => {
    end = subscribe({
      pattern: `${prefix}:*`,
      onMessage: () => undefined,
      onSubscribed: resolve,
      onRefused: reject,
    });
  });
  try {
    await within(timeoutMs, subscribed);
    return passed(name, 'Changes by other processes are heard at once.');
  } catch {
    const remedy = `Give this user +psubscribe and the channels &${prefix}:*.`;
    return failed(name, `Changes cannot be listened to. ${slower}`, remedy);
  } finally {
    end?.();
  }
}
