import { link, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NOTE_PREFIX } from './drafts.ts';
import { existingFault } from './existing-fault.ts';
import { guardedRead } from './guarded-read.ts';
import { faultError } from './state-fault.ts';
import { damageId, decodeVersion, LARGEST_FILE, type VersionKind } from './version-content.ts';

/** A version in a folder. The highest number is always the newest, and is never removed. */
export interface VersionFile {
  number: number;
  id: string;
  kind: VersionKind | 'damaged';
  prev: string;
  /** Empty where the record is gone or damaged, and where a power cut took the text of a note. */
  text: string;
}

/**
 * How often a version may disappear between listing and opening it; each time, others saved 16 versions meanwhile.
 */
const MOST_LOOKS = 20;

/** Undefined when nothing was ever saved here. */
export async function readNewest(folder: string): Promise<VersionFile | undefined> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const names = await namesIn(folder);
    const newest = numbersAmong(names)[0];
    if (newest === undefined) return undefined;
    const version = await readVersion(folder, newest);
    if (version?.kind === 'damaged' && (await isNote(folder, newest, names)))
      return { ...version, kind: 'note' };
    if (version) return version;
  }
  const detail = `Versions in ${folder} disappear faster than they can be read.`;
  throw faultError({ code: 'unavailable', detail, remedy: 'Check what else deletes files there.' });
}

/** The newest version before a damaged one that is not damaged itself, and not a note. */
export async function readBehind(folder: string, damaged: number): Promise<VersionFile | undefined> {
  for (const number of numbersAmong(await namesIn(folder))) {
    const version = number < damaged ? await readVersion(folder, number) : undefined;
    if (version && version.kind !== 'damaged' && version.kind !== 'note') return version;
  }
  return undefined;
}

/** Whether content that cannot be read was a note: a name of a note is another name of the same file. */
async function isNote(folder: string, number: number, names: readonly string[]): Promise<boolean> {
  const inode = await inodeOf(versionPath(folder, number));
  for (const name of names) {
    if (!name.startsWith(NOTE_PREFIX)) continue;
    if (inode !== undefined && (await inodeOf(join(folder, name))) === inode) return true;
  }
  return false;
}

async function inodeOf(path: string): Promise<number | undefined> {
  return lstat(path).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

/**
 * Whether there is such a folder.
 * @throws {TokenBackendError} when it is not safe enough to hold tokens
 */
export async function isSafeFolder(folder: string): Promise<boolean> {
  try {
    const fault = await existingFault(folder, await lstat(folder), 'directory');
    if (fault) throw faultError(fault);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Empty where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await isSafeFolder(folder)) ? await readdir(folder) : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The highest number that still differs from its neighbours. */
export const LAST_NUMBER: number = Number.MAX_SAFE_INTEGER - 1;

export function numbersAmong(names: readonly string[]): number[] {
  const numbers = names.map((name) => (/^v\.[1-9]\d{0,15}$/.test(name) ? Number(name.slice(2)) : 0));
  return numbers.filter((number) => number > 0 && number <= LAST_NUMBER).sort((a, b) => b - a);
}

/** The names of damaged content that was put aside; the newest first. */
export function damagedAmong(names: readonly string[]): string[] {
  return names
    .filter((name) => /^damaged\.\d+$/.test(name))
    .sort((a, b) => damagedNumber(b) - damagedNumber(a));
}

/** The number of the version that was put aside under this name. */
export function damagedNumber(name: string): number {
  return Number(name.slice('damaged.'.length));
}

export function versionPath(folder: string, number: number): string {
  return join(folder, `v.${number}`);
}

/** Undefined when there is no such version, or no longer. */
export async function readVersion(folder: string, number: number): Promise<VersionFile | undefined> {
  const bytes = await guardedRead(versionPath(folder, number), LARGEST_FILE);
  if (bytes === undefined) return undefined;
  const content = bytes === 'oversized' ? undefined : decodeVersion(bytes);
  if (content) return { number, ...content };
  const id = bytes === 'oversized' ? 'damaged-oversized' : damageId(bytes);
  return { number, id, kind: 'damaged', prev: '-', text: '' };
}

/** Keeps damaged content under a second name, for a person to look into. A link needs no space. */
export async function quarantine(folder: string, number: number): Promise<void> {
  await link(versionPath(folder, number), join(folder, `damaged.${number}`)).catch(() => undefined);
}
