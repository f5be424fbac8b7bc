import { randomBytes } from 'node:crypto';
import { lstat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { HEADER_BYTES } from './version-content.ts';
import { writeNew, writeOver } from './synced-file.ts';

/** A version on disk in full, under a name that nobody reads yet. */
export interface Draft {
  path: string;
  /** Its name is needed no more: it was published, or its fate is unknown. */
  discard(): Promise<void>;
  /** It was certainly not published. */
  takeBack(): Promise<void>;
}

export interface Drafts {
  /** With `reserveBytes`, also keeps a file that the next draft in this folder takes over, so that it has its space. */
  write(folder: string, bytes: Uint8Array, reserveBytes: number | undefined): Promise<Draft>;
  close(): Promise<void>;
}

interface Spare {
  path: string;
  size: number;
  since: number;
}

/** The longest lease, and some: a spare that was not used by then will not be. */
const SPARE_LASTS_MS = 15 * 60_000;

/** Names that nobody reads. They name their writer, so that others can tell what a dead one left behind. */
export const DRAFT_PREFIX = 't.';

/**
 * Writes drafts, and keeps spares: files written in full, not sparse, since only that holds the space. A spare is
 * written over and published; it is never published and written over.
 */
export function createDrafts(writer: string): Drafts {
  const spares = new Map<string, Spare>();
  let serial = 0;
  const newPath = (folder: string) => join(folder, `${DRAFT_PREFIX}${writer}.${++serial}`);

  async function intoSpare(folder: string, bytes: Uint8Array): Promise<Draft | undefined> {
    const spare = spares.get(folder);
    if (!spare) return undefined;
    // Out of the map while in use: two saves at once do not share it.
    spares.delete(folder);
    let taken: boolean;
    try {
      taken = await writeOver(spare.path, bytes);
    } catch (error) {
      keep(folder, spare);
      throw error;
    }
    if (!taken) await remove(spare.path);
    const takeBack = async () => {
      const rest = randomBytes(Math.max(spare.size - bytes.length, 0));
      const whole = await writeOver(spare.path, rest, bytes.length).catch(() => false);
      if (whole) keep(folder, spare);
      else await remove(spare.path);
    };
    return taken ? { path: spare.path, discard: () => remove(spare.path), takeBack } : undefined;
  }

  function keep(folder: string, spare: Spare): void {
    if (spares.has(folder)) void remove(spare.path);
    else spares.set(folder, spare);
  }

  async function intoNew(folder: string, bytes: Uint8Array): Promise<Draft> {
    const path = newPath(folder);
    await writeNew(path, bytes);
    return { path, discard: () => remove(path), takeBack: () => remove(path) };
  }

  async function reserve(folder: string, size: number): Promise<void> {
    const kept = spares.get(folder);
    if (kept && kept.size >= size && (await exists(kept.path))) return;
    await release(folder);
    const path = newPath(folder);
    // Random, so that no file system compresses it away.
    await writeNew(path, randomBytes(size));
    keep(folder, { path, size, since: performance.now() });
  }

  async function release(folder: string): Promise<void> {
    const spare = spares.get(folder);
    spares.delete(folder);
    if (spare) await remove(spare.path);
  }

  async function releaseUnused(): Promise<void> {
    const before = performance.now() - SPARE_LASTS_MS;
    for (const [folder, { since }] of spares) if (since < before) await release(folder);
  }

  return {
    async write(folder, bytes, reserveBytes) {
      await releaseUnused();
      if (reserveBytes === undefined) return (await intoSpare(folder, bytes)) ?? intoNew(folder, bytes);
      const draft = await intoNew(folder, bytes);
      try {
        await reserve(folder, reserveBytes + HEADER_BYTES);
      } catch (error) {
        await draft.takeBack();
        throw error;
      }
      // Whoever lost the save this space was for has no use for it.
      const takeBack = async () => {
        await Promise.all([draft.takeBack(), release(folder)]);
      };
      return { ...draft, takeBack };
    },
    async close() {
      await Promise.all([...spares.keys()].map(release));
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** What cannot be removed now is removed by a later clean-up. */
async function remove(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}
