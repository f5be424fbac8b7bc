import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { removeOrphans } from './clean-folder.ts';
import { writerOf } from './drafts.ts';
import { explainFailure } from './explain-failure.ts';
import { faultError } from './state-fault.ts';
import { syncDirectory, whileBusy } from './synced-file.ts';
import { damagedAmong, damagedNumber, numbersAmong, versionPath } from './version-files.ts';

/** The drafts, notes and spares of every process, dead or alive. What they hold loses to whatever is published next. */
export async function draftsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => writerOf(name) !== undefined).map((name) => join(folder, name));
}

/**
 * Removes every version before that number, the damage that was put aside before it, and these drafts. When this
 * resolves, a power cut does not bring them back.
 * @throws {TokenBackendError} when something is left; everything was tried
 */
export async function eraseOlder(
  folder: string,
  names: readonly string[],
  number: number,
  drafts: readonly string[],
): Promise<void> {
  const failure = await removeAll([...olderAmong(folder, names, number), ...drafts]);
  try {
    if (failure) throw failure;
    await syncDirectory(folder);
  } catch (cause) {
    const { code, remedy } = await explainFailure(cause, folder, 'write');
    const detail = `The record in ${folder} was replaced, but the one before it could not be erased (${(cause as NodeJS.ErrnoException).code}).`;
    throw faultError({ code, detail, remedy, cause });
  }
}

/** Finishes what an interrupted {@link eraseOlder} left undone, as far as it can. Where nothing is left, it costs one listing. */
export async function finishErasing(
  folder: string,
  number: number,
  isAlive: (writer: string) => boolean | undefined,
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await removeAll(olderAmong(folder, names, number));
  await removeOrphans(folder, names, isAlive);
}

function olderAmong(folder: string, names: readonly string[], number: number): string[] {
  const versions = numbersAmong(names).filter((each) => each < number);
  const damaged = damagedAmong(names).filter((name) => damagedNumber(name) < number);
  return [...versions.map((each) => versionPath(folder, each)), ...damaged.map((name) => join(folder, name))];
}

/** Resolves to the first failure; a file that is already gone is not one. */
async function removeAll(paths: readonly string[]): Promise<unknown> {
  let failure: unknown;
  for (const path of paths) {
    try {
      await whileBusy(() => unlink(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') failure ??= error;
    }
  }
  return failure;
}
