import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { removeQuietly, writeNew } from './synced-file.ts';

/**
 * A file written in full, not sparse, since only that holds the space. It is written over and then published,
 * never the other way round.
 */
export interface Spare {
  path: string;
  size: number;
  since: number;
  /** How many saves count on it. */
  uses: number;
}

/** At most one spare for each folder. */
export interface Spares {
  /**
   * Sees to it that there is one of that size. Resolves to what gives it up, once nobody else counts on it.
   */
  reserve(folder: string, size: number): Promise<() => Promise<void>>;
  /** Hands it over: two saves at once do not share it. */
  take(folder: string): Spare | undefined;
  keep(folder: string, spare: Spare): void;
  close(): Promise<void>;
}

/** The longest lease, and some: a spare that was not used by then will not be. */
const LASTS_MS = 15 * 60_000;

export function createSpares(newPath: (folder: string) => string): Spares {
  const spares = new Map<string, Spare>();

  async function remove(folder: string, spare: Spare): Promise<void> {
    if (spares.get(folder) === spare) spares.delete(folder);
    await removeQuietly(spare.path);
  }

  async function removeUnused(): Promise<void> {
    const before = performance.now() - LASTS_MS;
    for (const [folder, spare] of spares) if (spare.since < before) await remove(folder, spare);
  }

  async function fitting(folder: string, size: number): Promise<Spare | undefined> {
    const spare = spares.get(folder);
    if (!spare) return undefined;
    if (spare.size >= size && (await exists(spare.path))) return spare;
    await remove(folder, spare);
    return undefined;
  }

  async function create(folder: string, size: number): Promise<Spare> {
    const path = newPath(folder);
    // Random, so that no file system compresses it away.
    await writeNew(path, randomBytes(size));
    return keep(folder, { path, size, since: performance.now(), uses: 0 });
  }

  /** The one that stays, where another save made one meanwhile: the larger. */
  function keep(folder: string, spare: Spare): Spare {
    const other = spares.get(folder);
    const [kept, spent] = other && other.size >= spare.size ? [other, spare] : [spare, other];
    if (spent) {
      kept.uses += spent.uses;
      void removeQuietly(spent.path);
    }
    spares.set(folder, kept);
    return kept;
  }

  return {
    async reserve(folder, size) {
      await removeUnused();
      const spare = (await fitting(folder, size)) ?? (await create(folder, size));
      spare.uses++;
      return async () => {
        spare.uses--;
        if (spare.uses <= 0 && spares.get(folder) === spare) await remove(folder, spare);
      };
    },
    take(folder) {
      const spare = spares.get(folder);
      spares.delete(folder);
      return spare;
    },
    keep,
    async close() {
      await Promise.all([...spares].map(([folder, spare]) => remove(folder, spare)));
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
