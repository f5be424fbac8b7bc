import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, lstat, readdir, readFile } from 'node:fs/promises';
import { shellQuoted } from '../host/shell-quoted.ts';
import { removeOrphans } from './clean-folder.ts';
import { createFolders } from './create-folders.ts';
import type { Drafts } from './drafts.ts';
import { existingFault } from './existing-fault.ts';
import { explainFailure } from './explain-failure.ts';
import type { StateFault } from './state-fault.ts';
import { unsafeState } from './state-safety.ts';
import { removeQuietly, syncDirectory, whileBusy, writeNew } from './synced-file.ts';
import { type Tightened, tightenModes } from './tighten-modes.ts';

/** A look at the directory: what is wrong with it, and what was put right. */
export interface Preparation {
  fault?: StateFault | undefined;
  tightened?: Tightened | undefined;
}

/**
 * Creates the directory where it is missing, and takes back what a mount, a copy or a restored backup granted to others. Resolves to what is wrong
 * with it, as far as can be told without writing a file.
 */
export async function createDirectory(directory: string): Promise<Preparation> {
  try {
    const found = await lstat(directory).catch(() => undefined);
    if (!found) await createFolders(directory);
    const isClosed = found && (found.mode & 0o077) === 0;
    const tightened = isClosed ? undefined : await tightenModes(directory).catch(() => undefined);
    const stats = isClosed ? found : await lstat(directory);
    const unsafe = await existingFault(directory, stats, 'directory');
    if (unsafe && (stats.isSymbolicLink() || !stats.isDirectory())) return { fault: unsafe };
    await access(directory, constants.R_OK | constants.X_OK);
    // A folder of root that this user cannot write to is most often the mount of a container: "cannot be written" says
    // more about it than "unsafe".
    const unwritable = await denialOf(directory);
    const fault = unwritable ? { ...unwritable, readable: unsafe === undefined } : unsafe;
    return { fault, tightened };
  } catch (error) {
    return { fault: await explainFailure(error, directory, 'write') };
  }
}

async function denialOf(directory: string): Promise<StateFault | undefined> {
  try {
    await access(directory, constants.W_OK);
    return undefined;
  } catch (error) {
    return explainFailure(error, directory, 'write');
  }
}

/**
 * Does everything once that a save does, with a file that is removed again. Permission bits do not show quotas, immutable
 * folders, or mounts that lose what was written.
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
    const fault = await explainFailure(error, directory, 'write');
    // The directory is this user's own: what cannot be replaced can still be read.
    return { ...fault, readable: fault.code === 'full' || fault.code === 'not_writable' };
  } finally {
    await removeQuietly(first);
    await removeQuietly(second);
  }
}

/** What comes before the first save: the probe, and the removal of what killed processes left behind. */
export async function prepareSaving(
  directory: string,
  drafts: Drafts,
  isAlive: (writer: string) => boolean | undefined,
): Promise<StateFault | undefined> {
  const fault = await probeDirectory(directory, drafts);
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
