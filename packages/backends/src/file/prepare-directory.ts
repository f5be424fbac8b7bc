import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, lstat, readdir, readFile } from 'node:fs/promises';
import { shellQuoted } from '../host/shell-quoted.ts';
import { removeOrphans } from './clean-folder.ts';
import { createFolders } from './create-folders.ts';
import type { Drafts } from './drafts.ts';
import { explainFailure } from './explain-failure.ts';
import type { StateFault } from './state-fault.ts';
import { unsafeState } from './state-safety.ts';
import { removeQuietly, syncDirectory, whileBusy, writeNew } from './synced-file.ts';

/**
 * Creates the directory where it is missing. Resolves to what is wrong with it, as far as can be told without writing a
 * file.
 */
export async function createDirectory(directory: string): Promise<StateFault | undefined> {
  try {
    await createFolders(directory);
    const stats = await lstat(directory);
    const fault = unsafeState(directory, stats, 'directory');
    if (fault && (stats.isSymbolicLink() || !stats.isDirectory())) return fault;
    // A folder of root that this user cannot write to is most often the mount of a container: "cannot be written" says
    // more about it than "unsafe".
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return fault;
  } catch (error) {
    return explainFailure(error, directory, 'write');
  }
}

/**
 * Does everything once that a save does, with a file that is removed again. Permission bits do not tell of quotas, of
 * immutable folders, or of mounts that lose what was written.
 */
export async function probeDirectory(directory: string, drafts: Drafts): Promise<StateFault | undefined> {
  const first = drafts.newPath(directory);
  const second = drafts.newPath(directory);
  const bytes = randomBytes(32);
  try {
    await writeNew(first, bytes);
    const fault = unsafeState(first, await lstat(first), 'file');
    if (fault) return fault;
    await whileBusy(() => link(first, second));
    await syncDirectory(directory);
    return (await readFile(second)).equals(bytes) ? undefined : forgetful(directory);
  } catch (error) {
    return explainFailure(error, directory, 'write');
  } finally {
    await removeQuietly(first);
    await removeQuietly(second);
  }
}

/** Does both, and removes what killed processes left behind. */
export async function prepareDirectory(
  directory: string,
  drafts: Drafts,
  isAlive: (writer: string) => boolean | undefined,
): Promise<StateFault | undefined> {
  const fault = (await createDirectory(directory)) ?? (await probeDirectory(directory, drafts));
  if (!fault) await removeOrphans(directory, await readdir(directory).catch(() => []), isAlive);
  return fault;
}

function forgetful(directory: string): StateFault {
  return {
    code: 'not_writable',
    detail: `The file system at ${directory} does not keep what is written: something else was read back.`,
    remedy: `Name another \`directory\`, and check that disk or mount (df ${shellQuoted(directory)}).`,
  };
}
