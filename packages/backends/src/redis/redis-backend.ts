import { randomBytes } from 'node:crypto';
import type { TokenBackend } from '@everbearer/core/contract';
import { createProcessHolder } from '../host/process-holder.ts';
import { checkRedis } from './check-redis.ts';
import { createFitness } from './fitness.ts';
import { createHints } from './hints.ts';
import { createRecordNames } from './record-names.ts';
import { createRecordScripts, type RecordScripts } from './record-scripts.ts';
import { createRedisAccess } from './redis-access.ts';
import { checkRedisOptions, type RedisBackendOptions } from './redis-options.ts';
import { scanKeys } from './scan-keys.ts';

/**
 * A backend in Redis or Valkey, with everything that a backend may offer but `warnings`. `watch` is missing where nothing
 * can be listened to: with a valkey-glide client and no `subscriber`, and over a {@link RedisPort} without `subscribe`.
 */
export type RedisBackend = TokenBackend & {
  [Name in Exclude<keyof TokenBackend, 'watch' | 'warnings'>]-?: NonNullable<TokenBackend[Name]>;
};

/**
 * Keeps records in Redis or Valkey, for any number of processes on any number of machines. Each record is one key,
 * compared and saved by a script. Records never expire; the trace of a deletion does after seven days. A version is
 * random, so none recurs, whatever the server forgets. All programs with the same prefix share the tokens, so give
 * the user of the client rights to nothing else.
 *
 * `reserveBytes` reserves nothing: Redis refuses writes by the memory in use and not by their size, so the save that
 * takes the lease finds a full server before anything is redeemed. `close()` ends the hints and leaves your client open.
 * @throws {ConfigurationError} when an option is unknown or cannot work. Whether the server can be used is seen at first
 * use.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export function redisBackend(options: RedisBackendOptions): RedisBackend {
  const settings = checkRedisOptions(options);
  const { port, prefix, durable, address } = settings;
  const { name: holder, isAlive } = createProcessHolder();
  const names = createRecordNames(prefix);
  const scripts = createRecordScripts(settings);
  const fitness = createFitness(settings);
  const use = createRedisAccess(settings, fitness);
  const hints = port.subscribe && createHints(port.subscribe, names);

  return {
    capabilities: { cas: 'shared', durable, writable: true },
    location: `Redis at ${address}, keys ${names.all}`,
    holder,
    isHolderAlive: isAlive,
    load: (key) => use('read', () => scripts.load(names.of(key))),
    async save(key, data, expected, { note } = {}) {
      const version = randomBytes(12).toString('base64url');
      const put = putter(scripts, names.of(key), version);
      return (await use('write', () => put(data, expected, note))) ? version : undefined;
    },
    delete: (key, expected) => use('write', () => scripts.erase(names.of(key), expected)),
    wasDeleted: (key) => use('read', () => scripts.wasErased(names.of(key))),
    async *list() {
      for await (const name of scanKeys(port, names.of('*'), (work) => use('read', work))) {
        const key = names.keyOf(name);
        if (key !== undefined) yield key;
      }
    },
    ...(hints && { watch: hints.watch }),
    check: () => checkRedis(settings, scripts),
    async close() {
      hints?.close();
      fitness.close();
    },
  };
}

/** What stores a text, or beside the text that is stored a note. */
function putter({ save, note: saveNote }: RecordScripts, name: string, version: string) {
  return (data: string, expected: string | undefined, note: string | undefined) =>
    note === undefined || expected === undefined
      ? save(name, version, data, expected)
      : saveNote(name, version, note, expected);
}
