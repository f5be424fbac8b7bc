import { randomBytes } from 'node:crypto';
import { lstat, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeQuietly, writeNew } from './synced-file.ts';

/**
 * A file that is written in full, since a sparse one would not hold the space, and random, so that no file system compresses
 * it away. It is written over and then published, never the other way round.
 */
export interface Spare {
  path: string;
  size: number;
  /** Since when it is held for a folder. */
  since: number;
  /** How many saves rely on it. */
  uses: number;
}

/**
 * Space that is held for saves to come: at most one spare for each folder. They lie beside the folders, so that one which was not
 * needed holds the space of the next save, whatever folder that is in: written and synced once, not for each renewal.
 */
export interface Spares {
  /** Holds one of that size for this folder. Resolves to the function that gives it up. */
  reserve(folder: string, size: number): Promise<() => void>;
  /** The save that it was held for has ended. */
  release(folder: string): void;
  /** Takes out the one that is held, moved into its folder, to be written over. Undefined where there is none. */
  take(folder: string): Promise<Spare | undefined>;
  /** Holds one again that was taken out. */
  keep(folder: string, spare: Spare): void;
  close(): Promise<void>;
}

/** Longer than any lease: a spare that was not used by then will not be used. */
const LASTS_MS = 15 * 60_000;
/** Spares that are kept while nobody needs them. */
const MOST_FREE = 4;
const SIZE_STEP = 16 * 1024;

export function createSpares(newPath: (folder: string) => string): Spares {
  const held = new Map<string, Spare>();
  const free: Spare[] = [];

  function setFree(spare: Spare): void {
    free.push({ ...spare, uses: 0 });
    free.sort((a, b) => b.size - a.size);
    for (const { path } of free.splice(MOST_FREE)) void removeQuietly(path);
  }

  function end(folder: string, spare: Spare): void {
    if (held.get(folder) !== spare) return;
    held.delete(folder);
    setFree(spare);
  }

  /** One that is held or free, large enough and still there. */
  async function found(folder: string, size: number): Promise<Spare | undefined> {
    const own = held.get(folder);
    if (own && own.size >= size && (await exists(own.path))) return own;
    for (;;) {
      const at = free.findLastIndex((spare) => spare.size >= size);
      const [spare] = at < 0 ? [] : free.splice(at, 1);
      if (!spare || (await exists(spare.path))) return spare;
    }
  }

  /** Holds the larger one where another save came meanwhile, and returns that. */
  function hold(folder: string, spare: Spare): Spare {
    const other = held.get(folder);
    if (other === spare) return spare;
    const [kept, spent] = other && other.size >= spare.size ? [other, spare] : [spare, other];
    if (spent) {
      kept.uses += spent.uses;
      setFree(spent);
    }
    held.set(folder, kept);
    return kept;
  }

  return {
    async reserve(folder, needed) {
      // Records grow by some characters; that is not to cost a new one each time.
      const size = Math.ceil(needed / SIZE_STEP) * SIZE_STEP;
      const before = performance.now() - LASTS_MS;
      for (const [each, spare] of held) if (spare.since < before) end(each, spare);
      const spare = hold(
        folder,
        (await found(folder, size)) ?? (await writeSpare(newPath(dirname(folder)), size)),
      );
      spare.since = performance.now();
      spare.uses++;
      return () => {
        spare.uses--;
        if (spare.uses <= 0) end(folder, spare);
      };
    },
    release(folder) {
      const spare = held.get(folder);
      if (spare && --spare.uses <= 0) end(folder, spare);
    },
    async take(folder) {
      const spare = held.get(folder);
      held.delete(folder);
      if (!spare || dirname(spare.path) === folder) return spare;
      // Before there is any text in it: whoever erases a record erases what lies in its folder.
      const path = join(folder, basename(spare.path));
      const isMoved = await rename(spare.path, path).then(
        () => true,
        () => false,
      );
      return isMoved ? { ...spare, path } : undefined;
    },
    keep: (folder, spare) => void hold(folder, spare),
    async close() {
      const all = [...held.values(), ...free];
      held.clear();
      free.length = 0;
      await Promise.all(all.map(({ path }) => removeQuietly(path)));
    },
  };
}

async function writeSpare(path: string, size: number): Promise<Spare> {
  await writeNew(path, randomBytes(size));
  return { path, size, since: performance.now(), uses: 0 };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
