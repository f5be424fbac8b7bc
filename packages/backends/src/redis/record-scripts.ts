import { createHash, randomUUID } from 'node:crypto';
import { TokenBackendError } from '@everbearer/core';
import type { StoredText } from '@everbearer/core/contract';
import type { RedisSettings } from './redis-options.ts';

/*
 * A record is a hash of three fields, `v` the version, `d` the text, and `n` the note beside it, empty or missing where there
 * is none. Reading goes by script as well: scripts are sent to primaries, whatever a client does with plain reads, and a
 * replica may be behind.
 */

const LOAD = /* @__PURE__ */ script("return redis.call('HMGET',KEYS[1],'v','d','n')");

/**
 * ARGV: new version, text, channel, expected version (left out: nothing may be stored). A script that finds its own
 * version there was sent twice, by a client that reconnected. A notice that fails is not an error: the write is done.
 */
const SAVE = /* @__PURE__ */ script(`local r=redis.call('HMGET',KEYS[1],'v','d','n')
local v=r[1] or r[2] and ''
if v==ARGV[1] then return 1 end
if v~=(ARGV[4] or false) then return 0 end
redis.call('HSET',KEYS[1],'v',ARGV[1],'d',ARGV[2],unpack(r[3] and {'n',''} or {}))
if not v then redis.call('DEL',KEYS[2]) end
redis.pcall('PUBLISH',ARGV[3]~='' and ARGV[3] or KEYS[1],ARGV[1])
return 1`);

/** The same for a note, with the note in place of the text, which stays as it is. */
const NOTE = /* @__PURE__ */ script(`local r=redis.call('HMGET',KEYS[1],'v','d')
if r[1]==ARGV[1] then return 1 end
if r[1]~=ARGV[4] or not r[2] then return 0 end
redis.call('HSET',KEYS[1],'v',ARGV[1],'n',ARGV[2])
redis.pcall('PUBLISH',ARGV[3]~='' and ARGV[3] or KEYS[1],ARGV[1])
return 1`);

/**
 * ARGV: version, channel, a name for this deletion, how long its trace stays (0: none). The trace, a hash of the one
 * field `v`, tells a deletion from a loss; a script that finds its own name there was sent twice. Commands for the trace
 * may fail without preventing the deletion.
 */
const DELETE = /* @__PURE__ */ script(`local v=redis.call('HMGET',KEYS[1],'v')[1]
if not v and redis.call('HMGET',KEYS[2],'v')[1]==ARGV[3] then return 1 end
if v~=ARGV[1] then return 0 end
redis.call('DEL',KEYS[1])
if ARGV[4]~='0' then
redis.pcall('HSET',KEYS[2],'v',ARGV[3])
redis.pcall('PEXPIRE',KEYS[2],ARGV[4])
end
redis.pcall('PUBLISH',ARGV[2],'')
return 1`);

const WAS_DELETED = /* @__PURE__ */ script("return redis.call('HMGET',KEYS[2],'v')[1] and 1 or 0");

/** Longer than a process that must learn of a deletion is likely to be asleep. */
const TRACE_MS = 7 * 24 * 60 * 60_000;

/** The operations, each of them atomic in Redis. */
export interface RecordScripts {
  /**
   * Undefined when nothing is stored.
   * @throws {TokenBackendError} `damaged` when half of a record is there
   */
  load(name: string): Promise<StoredText | undefined>;
  /** False on a conflict. */
  save(name: string, version: string, data: string, expected: string | undefined): Promise<boolean>;
  /** Saves a note beside the text that is stored. False on a conflict. */
  note(name: string, version: string, note: string, expected: string): Promise<boolean>;
  /** False on a conflict. `traceMs`: how long its trace stays; 0 leaves none. Default: seven days. */
  erase(name: string, expected: string, traceMs?: number): Promise<boolean>;
  /** Whether there is a trace of a deletion, and no save since. */
  wasErased(name: string): Promise<boolean>;
}

export function createRecordScripts({ port, address, prefix }: RedisSettings): RecordScripts {
  // The name of the channel is that of the record, which need not be sent twice. With a prefix of the client it is not.
  const channelOf = (name: string) => (port.keyPrefix ? name : '');

  async function run(
    { text, sha }: Script,
    name: string,
    args: readonly string[],
    keys: readonly string[] = [name, traceOf(name)],
  ): Promise<unknown> {
    const given = [String(keys.length), ...keys, ...args];
    try {
      return await port.send(['EVALSHA', sha, ...given], name);
    } catch (error) {
      // A server that was restarted, flushed its scripts or took over from another has never seen this one.
      if (!/NO_?SCRIPT/i.test(String((error as Error)?.message))) throw error;
      return port.send(['EVAL', text, ...given], name);
    }
  }

  return {
    async load(name) {
      const [version, data, note] = ((await run(LOAD, name, [], [name])) as unknown[]).map(textOf);
      if (version !== undefined && data !== undefined) return { version, data, ...(note && { note }) };
      if (version === undefined && data === undefined) return undefined;
      throw new TokenBackendError({
        code: 'damaged',
        message: `Redis at ${address} holds half a record under a key of ${prefix}:*. It was changed by another program; restore it, or sign in again to replace it.`,
        version: version ?? '',
      });
    },
    async save(name, version, data, expected) {
      const args = [version, data, channelOf(name)];
      // Where something is stored, there is no trace of a deletion.
      const saved =
        expected === undefined ? run(SAVE, name, args) : run(SAVE, name, [...args, expected], [name]);
      return Number(await saved) === 1;
    },
    async note(name, version, note, expected) {
      return Number(await run(NOTE, name, [version, note, channelOf(name), expected], [name])) === 1;
    },
    async erase(name, expected, traceMs = TRACE_MS) {
      const args = [expected, name, randomUUID(), String(traceMs)];
      return Number(await run(DELETE, name, args)) === 1;
    },
    wasErased: async (name) => Number(await run(WAS_DELETED, name, [])) === 1,
  };
}

/** Where the trace of a deletion is: in the slot of the record, under a name that no record has. */
function traceOf(name: string): string {
  return `${name}:deleted`;
}

/** Some clients are set to answer with buffers. */
function textOf(reply: unknown): string | undefined {
  return reply === null || reply === undefined ? undefined : String(reply);
}

interface Script {
  text: string;
  sha: string;
}

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
