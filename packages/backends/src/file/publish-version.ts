import { link, readdir } from 'node:fs/promises';
import type { TokenBackendError } from '@everbearer/core';
import { shellQuoted } from '../host/shell-quoted.ts';
import type { Draft, Drafts } from './drafts.ts';
import { faultError } from './state-fault.ts';
import { removeQuietly, syncDirectory, whileBusy } from './synced-file.ts';
import { encodeVersion, newVersionId, type VersionKind } from './version-content.ts';
import { LAST_NUMBER, numbersAmong, readVersion, type VersionFile, versionPath } from './version-files.ts';

export interface NewVersion {
  kind: VersionKind;
  text: string;
  /** The version that it replaces; undefined when it is the first. */
  over: Pick<VersionFile, 'number' | 'id'> | undefined;
  reserveBytes?: number | undefined;
  /** Whether `over` is still what is to be replaced: asked while the draft is written. Default: it was looked at before. */
  isStill?: (() => Promise<boolean>) | undefined;
  /** Run with the names in the folder as soon as the version is known to count, and not waited for by the sync of its name. */
  meanwhile?: ((names: readonly string[]) => Promise<void>) | undefined;
}

/** Called before a version is published, or tried to, so that who watches the folder can tell it from one of others. */
export type Announce = (folder: string, number: number, id: string) => void;

export interface Published {
  number: number;
  id: string;
  /** The names in the folder, afterwards. */
  names: string[];
}

/**
 * Makes the next version, by giving the draft its name with a hard link. That is the compare-and-save: the file system
 * gives the name to one process only, and a version is complete from the moment it can be seen. Undefined when another
 * save was first.
 */
export async function publishVersion(
  folder: string,
  drafts: Drafts,
  version: NewVersion,
  announce: Announce = () => undefined,
): Promise<Published | undefined> {
  const number = (version.over?.number ?? 0) + 1;
  if (number > LAST_NUMBER) throw noNumberLeft(folder, LAST_NUMBER);
  const id = newVersionId();
  const draft = await draftOf(folder, drafts, version, id);
  if (!draft) return undefined;
  announce(folder, number, id);
  if (!(await linkDraft(draft, folder, number, id))) return undefined;
  // The name of the draft need not be gone when that of the version is on disk.
  const [{ names, superseded }] = await both(
    outcomeOf(draft, folder, number, id, version.meanwhile),
    syncDirectory(folder),
  );
  if (!superseded) return { number, id, names };
  await removeQuietly(versionPath(folder, number));
  await syncDirectory(folder);
  return undefined;
}

/** The draft on disk. Undefined, and it is taken back, where what it is to replace is no longer there. */
async function draftOf(
  folder: string,
  drafts: Drafts,
  { kind, text, over, reserveBytes, isStill }: NewVersion,
  id: string,
): Promise<Draft | undefined> {
  const bytes = encodeVersion({ kind, id, prev: over?.id ?? '-', text });
  const writing = (kind === 'note' ? drafts.writeNote : drafts.write)(folder, bytes, reserveBytes);
  const [checked, written] = await Promise.allSettled([isStill?.() ?? true, writing]);
  if (written.status === 'rejected') {
    if (checked.status === 'fulfilled' && !checked.value) return undefined;
    throw checked.status === 'rejected' ? checked.reason : written.reason;
  }
  if (checked.status === 'fulfilled' && checked.value) return written.value;
  await written.value.takeBack();
  if (checked.status === 'rejected') throw checked.reason;
  return undefined;
}

/** As `Promise.all`, and when it rejects nothing goes on. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** What became of a version. Looked at as soon as possible, since later saves remove what it is told by. */
async function outcomeOf(
  draft: Draft,
  folder: string,
  number: number,
  id: string,
  meanwhile: NewVersion['meanwhile'],
) {
  const discarded = draft.discard();
  try {
    const names = await readdir(folder);
    const superseded = await isSuperseded(folder, names, number, id);
    if (!superseded) await meanwhile?.(names);
    return { names, superseded };
  } finally {
    await discarded;
  }
}

/** Saves never count that far: something else put a file of that name there. */
function noNumberLeft(folder: string, last: number): TokenBackendError {
  const path = versionPath(folder, last);
  const detail = `Nothing can be saved in ${folder}: it already has the version with the highest number.`;
  return faultError({
    code: 'damaged',
    detail,
    remedy: `Move the last one away: mv ${shellQuoted(path)} ${shellQuoted(`${path}.away`)}`,
  });
}

/** False when another version has that number. */
async function linkDraft(draft: Draft, folder: string, number: number, id: string): Promise<boolean> {
  const target = versionPath(folder, number);
  try {
    await whileBusy(() => link(draft.path, target));
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // ENOENT: the draft is gone, as when a save that erases what is older was first.
    const other = ['EEXIST', 'ENOENT'].includes(code) ? await readVersion(folder, number) : undefined;
    // NFS may send a link twice, and then the second one finds the first.
    if (other?.id === id) return true;
    if (other || code === 'EEXIST') {
      await draft.takeBack();
      return false;
    }
    // It may have been published in spite of the error, so it is not written to again.
    await draft.discard();
    throw error;
  }
}

/**
 * Whether this number had already been used and cleaned up: a process that paused that long finds its number free
 * again.
 * @throws {TokenBackendError} when the next version, by which this is told, was cleaned up as well
 */
async function isSuperseded(folder: string, names: string[], number: number, id: string): Promise<boolean> {
  if ((numbersAmong(names)[0] ?? 0) <= number) return false;
  const next = await readVersion(folder, number + 1);
  if (next && next.kind !== 'damaged') return next.prev !== id;
  const detail = `Others saved so often at ${folder} that the outcome of this save cannot be told.`;
  throw faultError({ code: 'unavailable', detail, remedy: 'Load again.' });
}
