import { createHash } from 'node:crypto';
import type { RedisPort } from './redis-port.ts';

/*
 * A record is a hash of two fields, `v` the version and `d` the text. Reading goes by script as well: scripts are sent
 * to primaries, whatever a client does with plain reads, and a replica may be behind.
 */

const LOAD = script("return redis.call('HMGET',KEYS[1],'v','d')");

/**
 * ARGV: my version, text, channel, expected version (left out: none may be there). Who finds its own version there was
 * sent twice by a client that reconnected. The notice is not worth an error, above all not after the write.
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
  /** Version and text, null where there is none. */
  load(key: string): Promise<readonly [version: string | null, data: string | null]>;
  /** False on a conflict. */
  save(key: string, version: string, data: string, expected: string | undefined): Promise<boolean>;
  erase(key: string, expected: string): Promise<boolean>;
}

export function createRecordScripts(port: RedisPort): RecordScripts {
  async function run({ text, sha }: Script, key: string, args: readonly string[]): Promise<unknown> {
    try {
      return await port.send(['EVALSHA', sha, '1', key, ...args], key);
    } catch (error) {
      // A server that was restarted, flushed its scripts or took over from another has never seen it.
      if (!/NO_?SCRIPT/i.test(String((error as Error)?.message))) throw error;
      return port.send(['EVAL', text, '1', key, ...args], key);
    }
  }

  return {
    async load(key) {
      const [version, data] = (await run(LOAD, key, [])) as unknown[];
      return [textOf(version), textOf(data)];
    },
    async save(key, version, data, expected) {
      const args = [version, data, key, ...(expected === undefined ? [] : [expected])];
      return Number(await run(SAVE, key, args)) === 1;
    },
    async erase(key, expected) {
      return Number(await run(DELETE, key, [expected, key])) === 1;
    },
  };
}

/** Some clients are set to answer with buffers. */
function textOf(reply: unknown): string | null {
  return reply === null || reply === undefined ? null : String(reply);
}

interface Script {
  text: string;
  sha: string;
}

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
