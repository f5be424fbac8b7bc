import { link, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
  /** Empty where the record is gone or damaged. */
  text: string;
}

/**
 * How often a version may disappear between listing and opening it; each time, others saved 16 versions meanwhile.
 */
const MOST_LOOKS = 20;

/** Undefined when nothing was ever saved here. */
export async function readNewest(folder: string): Promise<VersionFile | undefined> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const newest = (await versionNumbers(folder))[0];
    if (newest === undefined) return undefined;
    const version = await readVersion(folder, newest);
    if (version) return version;
  }
  const detail = `Versions in ${folder} disappear faster than they can be read.`;
  throw faultError({ code: 'unavailable', detail, remedy: 'Check what else deletes files there.' });
}

/** The newest version before a damaged one that is not damaged itself. */
export async function readBehind(folder: string, damaged: number): Promise<VersionFile | undefined> {
  for (const number of await versionNumbers(folder)) {
    const version = number < damaged ? await readVersion(folder, number) : undefined;
    if (version && version.kind !== 'damaged') return version;
  }
  return undefined;
}

/** Newest first; empty where there is no such folder. */
async function versionNumbers(folder: string): Promise<number[]> {
  try {
    const fault = await existingFault(folder, await lstat(folder), 'directory');
    if (fault) throw faultError(fault);
    return numbersAmong(await readdir(folder));
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
