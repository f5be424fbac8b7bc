import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { currentUser } from '../host/current-user.ts';

/** What was open to a group, and no longer is, unless it had to stay so. */
export interface Tightened {
  gid: number;
  /** Files and folders that were taken back, the directory itself apart; undefined where a read-only mount keeps them open. */
  count: number | undefined;
}

/** Modes that Kubernetes leaves on what has 0700 and 0600, each time that it mounts a volume with `fsGroup`. */
const LOOSENED = { directory: 0o2770, file: 0o660 } as const;
const OWN = { directory: 0o700, file: 0o600 } as const;

/**
 * Takes the rights of the group back from a directory and from all that this user has in it. The directory itself comes
 * last, so that a process that dies in the middle leaves the work to the next one. What differs from the modes that
 * `fsGroup` leaves is left as it is, and refused when it is met.
 */
export async function tightenModes(directory: string): Promise<Tightened> {
  const { gid } = await lstat(directory);
  try {
    return { gid, count: await tightenAll(directory) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EROFS') return { gid, count: undefined };
    throw error;
  }
}

async function tightenAll(directory: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isFile() && (await tighten(path, 'file'))) count++;
    if (stats?.isDirectory()) count += await tightenFolder(path);
  }
  await tighten(directory, 'directory');
  return count;
}

async function tightenFolder(folder: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (await tighten(join(folder, name), 'file')) count++;
  }
  return (await tighten(folder, 'directory')) ? count + 1 : count;
}

/** By the descriptor, since a member of the group may have put a link there. */
async function tighten(path: string, kind: keyof typeof OWN): Promise<boolean> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_DIRECTORY = 0 } = constants;
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (kind === 'directory' ? O_DIRECTORY : 0);
  const handle = await open(path, flags).catch(() => undefined);
  if (!handle) return false;
  try {
    if (!looksLoosened(await handle.stat(), kind)) return false;
    await handle.chmod(OWN[kind]);
    return true;
  } finally {
    await handle.close();
  }
}

/** Whether something of this very user has just the mode that a volume with `fsGroup` is left with. */
export function looksLoosened(stats: Stats, kind: keyof typeof OWN): boolean {
  const isOfKind = kind === 'directory' ? stats.isDirectory() : stats.isFile();
  return isOfKind && stats.uid === currentUser()?.uid && (stats.mode & 0o7777) === LOOSENED[kind];
}
