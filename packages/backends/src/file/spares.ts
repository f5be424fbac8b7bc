import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { removeQuietly, writeNew } from './synced-file.ts';

/**
 * A file that is written in full, since a sparse one would not hold the space. It is written over and then published,
 * never the other way round.
 */
export interface Spare {
  path: string;
  size: number;
  since: number;
  /** How many saves rely on it. */
  uses: number;
}

/** At most one spare for each folder. */
export interface Spares {
  /**
   * Makes one of that size unless there is one. Resolves to the function that gives it up; it is removed when no other
   * save relies on it.
   */
  reserve(folder: string, size: number): Promise<() => Promise<void>>;
  /** Taken out of the list, so that two saves at once do not share it. */
  take(folder: string): Spare | undefined;
  keep(folder: string, spare: Spare): void;
  close(): Promise<void>;
}

/** Longer than any lease: a spare that was not used by then will not be used. */
const LASTS_MS = 15 * 60_000;

/** By folder. */
type SpareTable = Map<string, Spare>;

export function createSpares(newPath: (folder: string) => string): Spares {
  const spares: SpareTable = new Map();
  return {
    async reserve(folder, size) {
      await removeUnused(spares);
      const fit = await fitting(spares, folder, size);
      const spare = fit ?? keepLarger(spares, folder, await writeSpare(newPath(folder), size));
      spare.uses++;
      return async () => {
        spare.uses--;
        if (spare.uses <= 0 && spares.get(folder) === spare) await remove(spares, folder, spare);
      };
    },
    take(folder) {
      const spare = spares.get(folder);
      spares.delete(folder);
      return spare;
    },
    keep: (folder, spare) => void keepLarger(spares, folder, spare),
    async close() {
      await Promise.all([...spares].map(([folder, spare]) => remove(spares, folder, spare)));
    },
  };
}

async function writeSpare(path: string, size: number): Promise<Spare> {
  // Random, so that no file system compresses it away.
  await writeNew(path, randomBytes(size));
  return { path, size, since: performance.now(), uses: 0 };
}

/** The spare of a folder, if it is large enough and still there. One that is not is removed. */
async function fitting(spares: SpareTable, folder: string, size: number): Promise<Spare | undefined> {
  const spare = spares.get(folder);
  if (!spare) return undefined;
  if (spare.size >= size && (await exists(spare.path))) return spare;
  await remove(spares, folder, spare);
  return undefined;
}

/** Keeps the larger one where another save made a spare meanwhile, and returns the one that is kept. */
function keepLarger(spares: SpareTable, folder: string, spare: Spare): Spare {
  const other = spares.get(folder);
  const [kept, spent] = other && other.size >= spare.size ? [other, spare] : [spare, other];
  if (spent) {
    kept.uses += spent.uses;
    void removeQuietly(spent.path);
  }
  spares.set(folder, kept);
  return kept;
}

async function removeUnused(spares: SpareTable): Promise<void> {
  const before = performance.now() - LASTS_MS;
  for (const [folder, spare] of spares) if (spare.since < before) await remove(spares, folder, spare);
}

async function remove(spares: SpareTable, folder: string, spare: Spare): Promise<void> {
  if (spares.get(folder) === spare) spares.delete(folder);
  await removeQuietly(spare.path);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
