import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createSpares, type Spare, type Spares } from './spares.ts';
import { removeQuietly, writeNew, writeOver } from './synced-file.ts';
import { HEADER_BYTES } from './version-content.ts';

/** A complete version on disk, under a name that is not read yet. */
export interface Draft {
  path: string;
  /** Removes the name, unless it is of a note: the draft was published, or it is unknown whether it was. */
  discard(): Promise<void>;
  /** Takes back a draft that was certainly not published; the space that is held for it stays for the next save. */
  takeBack(): Promise<void>;
}

export interface Drafts {
  /** With `reserveBytes`, also holds the space of the next draft in this folder. */
  write(folder: string, bytes: Uint8Array, reserveBytes: number | undefined): Promise<Draft>;
  /**
   * The same for a note. Its text need not be on disk when this resolves. Its name stays beside that of the version until
   * {@link Drafts.dropNotes}: where a power cut takes the text, it tells that the version was a note.
   */
  writeNote(folder: string, bytes: Uint8Array, reserveBytes: number | undefined): Promise<Draft>;
  /** Something else was published over the notes of this process in that folder, and is on disk. */
  dropNotes(folder: string): Promise<void>;
  /** A path in that folder that no other process, and no other call, is given. */
  newPath(folder: string): string;
  close(): Promise<void>;
}

/** Files with these names are not read. They name their writer, so that what a dead one left behind can be told. */
const DRAFT_PREFIX = 't.';
/** The same for notes: the second name of a version. */
export const NOTE_PREFIX = 'n.';

/** Whose draft or note it is; undefined for any other name. */
export function writerOf(name: string): string | undefined {
  const isDraft = name.startsWith(DRAFT_PREFIX) || name.startsWith(NOTE_PREFIX);
  return isDraft ? name.slice(2, name.lastIndexOf('.')) : undefined;
}

export function createDrafts(writer: string): Drafts {
  let serial = 0;
  const newName = (folder: string, prefix: string) => join(folder, `${prefix}${writer}.${++serial}`);
  const newPath = (folder: string) => newName(folder, DRAFT_PREFIX);
  const spares = createSpares(newPath);
  const notes = new Map<string, string[]>();

  const reserving = (folder: string, writing: Promise<Draft>, reserveBytes: number | undefined) =>
    reserveBytes === undefined
      ? writing
      : withReserve(writing, spares.reserve(folder, reserveBytes + HEADER_BYTES));

  return {
    newPath,
    async write(folder, bytes, reserveBytes) {
      if (reserveBytes !== undefined)
        return reserving(folder, writeDraft(newPath(folder), bytes), reserveBytes);
      try {
        return releasing(await writeDraft(newPath(folder), bytes), () => spares.release(folder));
      } catch (error) {
        const inSpare = isFull(error) ? await writeIntoSpare(spares, folder, bytes) : undefined;
        if (!inSpare) throw error;
        return inSpare;
      }
    },
    async writeNote(folder, bytes, reserveBytes) {
      const path = newName(folder, NOTE_PREFIX);
      const takeBack = () => removeQuietly(path);
      const discard = async () => void notes.set(folder, [...(notes.get(folder) ?? []), path]);
      const writing = writeNew(path, bytes, { sync: false }).then(() => ({ path, discard, takeBack }));
      return reserving(folder, writing, reserveBytes);
    },
    async dropNotes(folder) {
      const paths = notes.get(folder) ?? [];
      notes.delete(folder);
      for (const path of paths) await removeQuietly(path);
    },
    close: () => spares.close(),
  };
}

const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

async function writeDraft(path: string, bytes: Uint8Array): Promise<Draft> {
  await writeNew(path, bytes);
  const remove = () => removeQuietly(path);
  return { path, discard: remove, takeBack: remove };
}

/** The draft, whose end is that of the reservation for it. */
function releasing(draft: Draft, release: () => void): Draft {
  const discard = () => {
    release();
    return draft.discard();
  };
  return { ...draft, discard };
}

/** Undefined where there is no spare that can be written over. */
async function writeIntoSpare(spares: Spares, folder: string, bytes: Uint8Array): Promise<Draft | undefined> {
  const spare = await spares.take(folder);
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

/** The draft, with the space for the next one. Where one of them fails, neither is left. */
async function withReserve(writing: Promise<Draft>, reserving: Promise<() => void>): Promise<Draft> {
  const [written, reserved] = await Promise.allSettled([writing, reserving]);
  const takeBack = async () => {
    if (written.status === 'fulfilled') await written.value.takeBack();
    if (reserved.status === 'fulfilled') reserved.value();
  };
  if (written.status === 'fulfilled' && reserved.status === 'fulfilled')
    return { ...written.value, takeBack };
  await takeBack();
  throw written.status === 'rejected' ? written.reason : (reserved as PromiseRejectedResult).reason;
}
