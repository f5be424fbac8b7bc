import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createSpares, type Spare } from './spares.ts';
import { removeQuietly, writeNew, writeOver } from './synced-file.ts';
import { HEADER_BYTES } from './version-content.ts';

/** A version on disk in full, under a name that nobody reads yet. */
export interface Draft {
  path: string;
  /** Its name is needed no more: it was published, or its fate is unknown. */
  discard(): Promise<void>;
  /** It was certainly not published. */
  takeBack(): Promise<void>;
}

export interface Drafts {
  /**
   * With `reserveBytes`, also keeps a file that the next draft in this folder takes over, so that it has its
   * space.
   */
  write(folder: string, bytes: Uint8Array, reserveBytes: number | undefined): Promise<Draft>;
  /** A path in that folder that no other process, and no other call, is given. */
  newPath(folder: string): string;
  close(): Promise<void>;
}

/** Names that nobody reads. They name their writer, so that others can tell what a dead one left behind. */
export const DRAFT_PREFIX = 't.';

export function createDrafts(writer: string): Drafts {
  let serial = 0;
  const newPath = (folder: string) => join(folder, `${DRAFT_PREFIX}${writer}.${++serial}`);
  const spares = createSpares(newPath);

  async function intoNew(folder: string, bytes: Uint8Array): Promise<Draft> {
    const path = newPath(folder);
    await writeNew(path, bytes);
    return { path, discard: () => removeQuietly(path), takeBack: () => removeQuietly(path) };
  }

  async function intoSpare(folder: string, bytes: Uint8Array): Promise<Draft | undefined> {
    const spare = spares.take(folder);
    if (!spare) return undefined;
    let fits: boolean;
    try {
      fits = await writeOver(spare.path, bytes);
    } catch (error) {
      spares.keep(folder, spare);
      throw error;
    }
    const discard = () => removeQuietly(spare.path);
    if (fits) return { path: spare.path, discard, takeBack: () => refill(folder, spare, bytes.length) };
    await discard();
    return undefined;
  }

  /** The save that lost to another one comes again, and still needs the space. */
  async function refill(folder: string, spare: Spare, from: number): Promise<void> {
    const rest = randomBytes(Math.max(spare.size - from, 0));
    const whole = await writeOver(spare.path, rest, from).catch(() => false);
    if (whole) spares.keep(folder, spare);
    else await removeQuietly(spare.path);
  }

  async function withReserve(folder: string, bytes: Uint8Array, size: number): Promise<Draft> {
    const draft = await intoNew(folder, bytes);
    try {
      const giveUp = await spares.reserve(folder, size);
      // Whoever lost the save that this space was for has no use for it.
      const takeBack = async () => {
        await draft.takeBack();
        await giveUp();
      };
      return { ...draft, takeBack };
    } catch (error) {
      await draft.takeBack();
      throw error;
    }
  }

  return {
    newPath,
    async write(folder, bytes, reserveBytes) {
      if (reserveBytes !== undefined) return withReserve(folder, bytes, reserveBytes + HEADER_BYTES);
      return (await intoSpare(folder, bytes)) ?? intoNew(folder, bytes);
    },
    close: () => spares.close(),
  };
}
