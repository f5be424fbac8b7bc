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
  const free = createFreeSpares();

  function end(folder: string, spare: Spare): void {
    if (held.get(folder) !== spare) return;
    held.delete(folder);
    free.add(spare);
  }

  function giveUp(folder: string, spare: Spare | undefined): void {
    if (spare && --spare.uses <= 0) end(folder, spare);
  }

  /** One that is held or free, large enough and still there; else a new one. */
  const ofSize = async (folder: string, size: number): Promise<Spare> =>
    (await fitting(held.get(folder), size)) ??
    (await free.take(size)) ??
    writeSpare(newPath(dirname(folder)), size);

  /** Holds the larger one where another save came meanwhile, and returns that. */
  function hold(folder: string, spare: Spare): Spare {
    const other = held.get(folder);
    if (other === spare) return spare;
    const [kept, spent] = other && other.size >= spare.size ? [other, spare] : [spare, other];
    kept.uses += spent?.uses ?? 0;
    if (spent) free.add(spent);
    held.set(folder, kept);
    return kept;
  }

  return {
    async reserve(folder, needed) {
      // Records grow by some characters; that is not to cost a new one each time.
      const size = Math.ceil(needed / SIZE_STEP) * SIZE_STEP;
      for (const [each, spare] of held) if (performance.now() - spare.since > LASTS_MS) end(each, spare);
      const spare = hold(folder, await ofSize(folder, size));
      spare.since = performance.now();
      spare.uses++;
      return () => giveUp(folder, spare);
    },
    release: (folder) => giveUp(folder, held.get(folder)),
    async take(folder) {
      const spare = held.get(folder);
      held.delete(folder);
      if (!spare || dirname(spare.path) === folder) return spare;
      // Before there is any text in it: whoever erases a record erases what lies in its folder.
      return moved(spare, join(folder, basename(spare.path)));
    },
    keep: (folder, spare) => void hold(folder, spare),
    async close() {
      const all = [...held.values(), ...free.empty()];
      held.clear();
      await removeAll(all);
    },
  };
}

/** Those that nobody needs now. */
function createFreeSpares() {
  const free: Spare[] = [];
  return {
    add(spare: Spare): void {
      free.push({ ...spare, uses: 0 });
      free.sort((a, b) => b.size - a.size);
      for (const { path } of free.splice(MOST_FREE)) void removeQuietly(path);
    },
    /** The smallest that is large enough and still there. */
    async take(size: number): Promise<Spare | undefined> {
      for (;;) {
        const at = free.findLastIndex((spare) => spare.size >= size);
        const [spare] = at < 0 ? [] : free.splice(at, 1);
        if (!spare || (await exists(spare.path))) return spare;
      }
    },
    empty: () => free.splice(0),
  };
}

async function fitting(spare: Spare | undefined, size: number): Promise<Spare | undefined> {
  return spare && spare.size >= size && (await exists(spare.path)) ? spare : undefined;
}

async function removeAll(spares: readonly Spare[]): Promise<void> {
  await Promise.all(spares.map(({ path }) => removeQuietly(path)));
}

async function moved(spare: Spare, path: string): Promise<Spare | undefined> {
  return rename(spare.path, path).then(
    () => ({ ...spare, path }),
    () => undefined,
  );
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
