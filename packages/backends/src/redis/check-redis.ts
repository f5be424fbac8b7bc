import { randomUUID } from 'node:crypto';
import type { BackendCheck } from '@everbearer/core/contract';
import { failed, passed } from '../finding.ts';
import { checkServers } from './check-servers.ts';
import { explainRedisFailure } from './explain-redis-failure.ts';
import type { RecordScripts } from './record-scripts.ts';
import type { RedisSettings } from './redis-options.ts';
import { within } from './within.ts';

/** What can be found out without a credential; each finding with its remedy. */
export async function checkRedis(settings: RedisSettings, scripts: RecordScripts): Promise<BackendCheck[]> {
  const { port, prefix, durable, address, timeoutMs } = settings;
  const limit = <T>(work: Promise<T>) => within(timeoutMs, work);
  try {
    await limit(probe(scripts, prefix));
  } catch (error) {
    const { message } = explainRedisFailure(error, 'write', address, timeoutMs);
    const [detail = message, remedy = ''] = message.split(/(?<=\.) (.*)/);
    return [failed('writable', detail, remedy)];
  }
  const written = passed('writable', 'A record was saved, compared, read back and deleted.');
  return [written, await hintsCheck(settings), ...(await checkServers(port, durable, limit))];
}

/** The whole life of a record, under a name that no record has. */
async function probe(scripts: RecordScripts, prefix: string): Promise<void> {
  const name = `${prefix}:check:{${randomUUID()}}`;
  const [first, second] = [randomUUID(), randomUUID()];
  const noted = randomUUID();
  const done = [
    await scripts.save(name, first, 'probe', undefined),
    await scripts.note(name, noted, 'probe', first),
    await scripts.save(name, second, 'probe', noted),
    !(await scripts.save(name, first, 'probe', undefined)),
    (await scripts.load(name))?.version === second,
    await scripts.erase(name, second, 0),
  ];
  if (done.includes(false)) throw new Error('What was saved did not come back.');
}

const SLOWER =
  'Changes by other processes are found by looking, which takes up to a quarter of a second longer.';

async function hintsCheck({ port, prefix, timeoutMs }: RedisSettings): Promise<BackendCheck> {
  const { subscribe } = port;
  if (!subscribe) {
    const detail = `The client has no second connection to listen on. ${SLOWER}`;
    return failed('hints', detail, 'With valkey-glide, give a second client as `subscriber`.');
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
    return passed('hints', 'Changes by other processes are heard at once.');
  } catch {
    const remedy = `Give this user +psubscribe and the channels &${prefix}:*.`;
    return failed('hints', `Changes cannot be listened to. ${SLOWER}`, remedy);
  } finally {
    end?.();
  }
}
