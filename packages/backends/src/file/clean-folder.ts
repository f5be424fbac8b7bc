import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writerOf } from './drafts.ts';
import { removeQuietly } from './synced-file.ts';
import { damagedAmong, numbersAmong, versionPath } from './version-files.ts';

/** Versions kept for repair, the newest included. */
export const KEPT_VERSIONS = 16;
const KEPT_DAMAGED = 4;
const ORPHANED_AFTER_MS = 60 * 60_000;

/** Removes what is no longer needed; never the newest version, which is not a note. */
export async function cleanFolder(
  folder: string,
  names: readonly string[],
  isAlive: (writer: string) => boolean | undefined,
  keptVersions: number = KEPT_VERSIONS,
): Promise<void> {
  const old = numbersAmong(names).slice(Math.max(keptVersions, 1));
  await Promise.all(old.map((number) => removeQuietly(versionPath(folder, number))));
  for (const name of damagedAmong(names).slice(KEPT_DAMAGED)) await removeQuietly(join(folder, name));
  await removeOrphans(folder, names, isAlive);
}

/** Removes drafts, notes and spares whose writer is dead. Where that cannot be told, it removes those that are an hour old. */
export async function removeOrphans(
  folder: string,
  names: readonly string[],
  isAlive: (writer: string) => boolean | undefined,
): Promise<void> {
  for (const name of names) {
    const writer = writerOf(name);
    if (writer === undefined) continue;
    const path = join(folder, name);
    if (!(isAlive(writer) ?? !(await isOld(path)))) await removeQuietly(path);
  }
}

async function isOld(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > ORPHANED_AFTER_MS;
}
