import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TokenBackend } from '@everbearer/core/contract';

export type BrokenStore = Record<'directory', string> & {
  fault: 'locks in memory' | 'lock goes stale' | 'writes in place' | 'lock outlives its holder';
};

/** How long a lock is held before others ask whether it is abandoned. */
const STALE_MS = 250;

/**
 * Stores over files, as they are written when nobody thinks of kills and pauses. Each of them passes all that one
 * process alone can try.
 */
export function brokenStore({ directory, fault }: BrokenStore): TokenBackend {
  const path = (key: string) => join(directory, Buffer.from(key).toString('base64url'));

  async function load(key: string) {
    try {
      const text = readFileSync(path(key), 'utf8');
      const end = text.indexOf('\n');
      return { version: text.slice(0, end), data: text.slice(end + 1) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async function locked<T>(work: () => Promise<T>): Promise<T> {
    const lock = join(directory, 'lock');
    for (;;) {
      try {
        symlinkSync(String(process.pid), lock);
        break;
      } catch {
        if (fault !== 'lock outlives its holder' && isAbandoned(lock)) remove(lock);
        await setTimeout(1 + Math.random() * 4);
      }
    }
    try {
      return await work();
    } finally {
      remove(lock);
    }
  }

  async function compareAndWrite(key: string, data: string, expected: string | undefined) {
    if ((await load(key))?.version !== expected) return undefined;
    // What a disk or a network takes. With these faults, a process that is stopped should nearly always hold the lock.
    await setTimeout({ 'lock outlives its holder': 40, 'lock goes stale': 25 }[fault as string] ?? 10);
    const next = randomUUID();
    const text = `${next}\n${data}`;
    if (fault === 'writes in place') {
      const file = openSync(path(key), 'w');
      writeSync(file, text.slice(0, text.length / 2));
      // For most of a save the record is half a record: a reader meets it all but surely.
      await setTimeout(40);
      writeSync(file, text.slice(text.length / 2));
      closeSync(file);
    } else {
      writeFileSync(join(directory, next), text);
      renameSync(join(directory, next), path(key));
    }
    return next;
  }

  const turns = { last: Promise.resolve() as Promise<unknown> };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = turns.last.then(work);
    turns.last = turn.catch(() => undefined);
    return turn;
  };
  return {
    capabilities: { cas: 'shared', durable: true, writable: true },
    // In turn, so that nothing within one process shows what is wrong.
    load: (key) => inTurn(() => load(key)),
    save: (key, data, expected) =>
      inTurn(() => {
        const save = () => compareAndWrite(key, data, expected);
        return fault === 'locks in memory' ? save() : locked(save);
      }),
  };
}

/** Old, and its holder gone or stopped. Where the system does not tell, age decides: a slow holder then loses it too. */
function isAbandoned(lock: string): boolean {
  try {
    if (Date.now() - lstatSync(lock).mtimeMs <= STALE_MS) return false;
    if (!existsSync('/proc/self/stat')) return true;
    const holder = readlinkSync(lock);
    return (
      !existsSync(`/proc/${holder}`) || /\) [TtZX] /.test(readFileSync(`/proc/${holder}/stat`, 'latin1'))
    );
  } catch {
    // It was let go meanwhile.
    return false;
  }
}

function remove(lock: string): void {
  try {
    unlinkSync(lock);
  } catch {
    // Somebody else was first.
  }
}
