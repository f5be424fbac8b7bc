import { createHash } from 'node:crypto';
import { TokenBackendError } from '@everbearer/core';
import type { StoredText } from '@everbearer/core/contract';
import type { RedisSettings } from './redis-options.ts';

/*
 * A record is a hash of two fields, `v` the version and `d` the text. Reading goes by script as well: scripts are sent
 * to primaries, whatever a client does with plain reads, and a replica may be behind.
 */

const LOAD = script("return redis.call('HMGET',KEYS[1],'v','d')");

/**
 * ARGV: new version, text, channel, expected version (left out: nothing may be stored). A script that finds its own
 * version there was sent twice, by a client that reconnected. A notice that fails is not an error: the write is done.
 */
const SAVE = script(`local r=redis.call('HMGET',KEYS[1],'v','d')
local v=r[1] or r[2] and ''
if v==ARGV[1] then return 1 end
if v~=(ARGV[4] or false) then return 0 end
redis.call('HSET',KEYS[1],'v',ARGV[1],'d',ARGV[2])
redis.pcall('PUBLISH',ARGV[3],ARGV[1])
return 1`);

const DELETE = script(`if redis.call('HMGET',KEYS[1],'v')[1]~=ARGV[1] then return 0 end
redis.call('DEL',KEYS[1])
redis.pcall('PUBLISH',ARGV[2],'')
return 1`);

/** The three operations, each of them atomic in Redis. */
export interface RecordScripts {
  /**
   * Undefined when nothing is stored.
   * @throws {TokenBackendError} `damaged` when half of a record is there
   */
  load(name: string): Promise<StoredText | undefined>;
  /** False on a conflict. */
  save(name: string, version: string, data: string, expected: string | undefined): Promise<boolean>;
  /** False on a conflict. */
  erase(name: string, expected: string): Promise<boolean>;
}

export function createRecordScripts({ port, address, prefix }: RedisSettings): RecordScripts {
  async function run({ text, sha }: Script, name: string, args: readonly string[]): Promise<unknown> {
    try {
      return await port.send(['EVALSHA', sha, '1', name, ...args], name);
    } catch (error) {
      // A server that was restarted, flushed its scripts or took over from another has never seen this one.
      if (!/NO_?SCRIPT/i.test(String((error as Error)?.message))) throw error;
      return port.send(['EVAL', text, '1', name, ...args], name);
    }
  }

  return {
    async load(name) {
      const [version, data] = ((await run(LOAD, name, [])) as unknown[]).map(textOf);
      if (version !== undefined && data !== undefined) return { version, data };
      if (version === undefined && data === undefined) return undefined;
      throw new TokenBackendError({
        code: 'damaged',
        message: `Redis at ${address} holds half a record under a key of ${prefix}:*. It was changed by another program; restore it, or sign in again to replace it.`,
        version: version ?? '',
      });
    },
    async save(name, version, data, expected) {
      const args = [version, data, name, ...(expected === undefined ? [] : [expected])];
      return Number(await run(SAVE, name, args)) === 1;
    },
    async erase(name, expected) {
      return Number(await run(DELETE, name, [expected, name])) === 1;
    },
  };
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
