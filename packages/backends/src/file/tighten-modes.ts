import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecordFolder } from './key-folder.ts';
import { isOpen, isOwn, looksLoosened, type StateKind } from './loosened.ts';
import { findEvidence, isRecordFile } from './own-store.ts';

/** What was open to others, and no longer is, unless it had to stay so. */
export interface Tightened {
  gid: number;
  /** The mode that the directory had. */
  mode: number;
  /** Files and folders that were taken back, the directory itself apart; undefined where a read-only mount keeps them open. */
  count: number | undefined;
  /** Whether all of it had just the modes that a volume with `fsGroup` is left with. */
  isByMount: boolean;
}

const CLOSED = { directory: 0o700, file: 0o600 } as const;

/**
 * Takes the rights of others back from a directory and from all that this user has in it. The directory itself comes
 * last, so that a process that dies in the middle leaves the work to the next one. Undefined where nothing was to be taken
 * back. Modes other than those of `fsGroup` are taken back in a store that worked before, from what has names of ours; and
 * never where everybody could write. The rest is left as it is, and refused when it is met.
 */
export async function tightenModes(directory: string): Promise<Tightened | undefined> {
  const stats = await lstat(directory);
  if (!isOwn(stats, 'directory')) return undefined;
  const { gid, mode } = stats;
  const isByMount = looksLoosened(stats, 'directory');
  const { holdsRecords, isOurs } = await findEvidence(directory);
  if (!isByMount && !(holdsRecords && isOurs)) return undefined;
  const work = new Tightening(holdsRecords);
  try {
    const count = await work.tightenAll(directory);
    const isAny = count > 0 || mode !== (await lstat(directory)).mode;
    return isAny ? { gid, mode, count, isByMount: isByMount && !work.isOdd } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EROFS') throw error;
    return isByMount ? { gid, mode, count: undefined, isByMount } : undefined;
  }
}

class Tightening {
  /** Whether something had other modes than `fsGroup` leaves. */
  isOdd = false;
  readonly #holdsRecords: boolean;

  constructor(holdsRecords: boolean) {
    this.#holdsRecords = holdsRecords;
  }

  async tightenAll(directory: string): Promise<number> {
    let count = await this.#tightenFiles(directory, true);
    for (const name of await readdir(directory)) {
      const folder = join(directory, name);
      if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) continue;
      count += await this.#tightenFiles(folder, isRecordFolder(name));
      if (await this.#tighten(folder, 'directory', isRecordFolder(name))) count++;
    }
    await this.#tighten(directory, 'directory', true);
    return count;
  }

  async #tightenFiles(folder: string, isOurs: boolean): Promise<number> {
    let count = 0;
    const names = await readdir(folder).catch(() => []);
    const links = await linksIn(folder, names);
    for (const name of names) {
      if (!links.has(name)) continue;
      const isOwnFile = isOurs && isRecordFile(name) && links.get(name) === true;
      if (await this.#tighten(join(folder, name), 'file', isOwnFile)) count++;
    }
    return count;
  }

  /** By the descriptor, since a member of the group may have put a link there. */
  async #tighten(path: string, kind: StateKind, isOurs: boolean): Promise<boolean> {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_DIRECTORY = 0 } = constants;
    const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (kind === 'directory' ? O_DIRECTORY : 0);
    const handle = await open(path, flags).catch(() => undefined);
    if (!handle) return false;
    try {
      const stats = await handle.stat();
      const isByMount = looksLoosened(stats, kind);
      if (!isByMount && !(isOurs && this.#holdsRecords && isOpen(stats, kind))) return false;
      await handle.chmod(CLOSED[kind]);
      // Some file systems say yes and keep the modes of their mount.
      if (((await handle.stat()).mode & 0o077) !== 0) return false;
      this.isOdd ||= !isByMount;
      return true;
    } finally {
      await handle.close();
    }
  }
}

/**
 * The files of a folder, and whether all names of each are in it: where others could write, they may have linked a file of
 * this user into it that is not one of ours. The versions of a record have two names at times.
 */
async function linksIn(folder: string, names: readonly string[]): Promise<Map<string, boolean>> {
  const found = await Promise.all(names.map((name) => lstat(join(folder, name)).catch(() => undefined)));
  const counts = new Map<number, number>();
  for (const stats of found) if (stats) counts.set(stats.ino, (counts.get(stats.ino) ?? 0) + 1);
  return new Map(
    names.flatMap((name, index) => {
      const stats = found[index];
      return stats?.isFile() ? [[name, counts.get(stats.ino) === stats.nlink] as const] : [];
    }),
  );
}
