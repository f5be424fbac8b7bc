import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createSpares, type Spare, type Spares } from './spares.ts';
import { removeQuietly, writeNew, writeOver } from './synced-file.ts';
import { HEADER_BYTES } from './version-content.ts';

/** A complete version on disk, under a name that is not read yet. */
export interface Draft {
  path: string;
  /** Removes the name: the draft was published, or it is unknown whether it was. */
  discard(): Promise<void>;
  /** Takes back a draft that was certainly not published; a spare is kept for the next save. */
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

/** Files with these names are not read. They name their writer, so that what a dead one left behind can be told. */
export const DRAFT_PREFIX = 't.';

export function createDrafts(writer: string): Drafts {
  let serial = 0;
  const newPath = (folder: string) => join(folder, `${DRAFT_PREFIX}${writer}.${++serial}`);
  const spares = createSpares(newPath);
  return {
    newPath,
    async write(folder, bytes, reserveBytes) {
      if (reserveBytes === undefined)
        return (await writeIntoSpare(spares, folder, bytes)) ?? writeDraft(newPath(folder), bytes);
      const draft = await writeDraft(newPath(folder), bytes);
      return withReserve(draft, () => spares.reserve(folder, reserveBytes + HEADER_BYTES));
    },
    close: () => spares.close(),
  };
}

async function writeDraft(path: string, bytes: Uint8Array): Promise<Draft> {
  await writeNew(path, bytes);
  const remove = () => removeQuietly(path);
  return { path, discard: remove, takeBack: remove };
}

/** Undefined where there is no spare that can be written over. */
async function writeIntoSpare(spares: Spares, folder: string, bytes: Uint8Array): Promise<Draft | undefined> {
  const spare = spares.take(folder);
  if (!spare) return undefined;
  const discard = () => removeQuietly(spare.path);
  let fits: boolean;
  try {
    fits = await writeOver(spare.path, bytes);
  } catch (error) {
    // Part of the text may be in it. The space is needed all the more.
    await refill(spares, folder, spare);
    throw error;
  }
  if (fits) return { path: spare.path, discard, takeBack: () => refill(spares, folder, spare) };
  await discard();
  return undefined;
}

/** A save that lost to another one is tried again and still needs the space, but not the text. */
async function refill(spares: Spares, folder: string, spare: Spare): Promise<void> {
  const whole = await writeOver(spare.path, randomBytes(spare.size)).catch(() => false);
  if (whole) spares.keep(folder, spare);
  else await removeQuietly(spare.path);
}

/** The draft, once the space for the next one is reserved. Taking it back gives up the space as well. */
async function withReserve(draft: Draft, reserve: () => Promise<() => Promise<void>>): Promise<Draft> {
  try {
    const giveUp = await reserve();
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
