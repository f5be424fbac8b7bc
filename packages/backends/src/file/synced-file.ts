import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/**
 * Writes a new file for this user alone. When this resolves, all of it is on disk, unless `sync` is false; when it rejects, the
 * file is gone.
 */
export async function writeNew(
  path: string,
  bytes: Uint8Array,
  { sync = true }: { sync?: boolean } = {},
): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await writeAll(handle, bytes);
    // Over a network, others see what is not synced only once it is closed.
    if (sync) await handle.sync();
    else await handle.close();
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    closeSoon(handle);
  }
}

/** After a sync, and after reading, closing has nothing left to say: nobody waits for it. */
export function closeSoon(handle: FileHandle): void {
  handle.close().catch(() => undefined);
}

/**
 * Writes over a file; it ends where the bytes end. False, with nothing written, when that file is gone or has a second
 * name: then it may be a published version, which never changes.
 */
export async function writeOver(path: string, bytes: Uint8Array): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.nlink !== 1) return false;
    await writeAll(handle, bytes);
    await handle.truncate(bytes.length);
    await handle.sync();
    return true;
  } finally {
    await handle.close();
  }
}

/**
 * Names in a folder are data of the folder: without this, a power cut loses them. Where a file system does not offer it,
 * it is not needed.
 */
export async function syncDirectory(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
  try {
    await handle.sync();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
  } finally {
    closeSoon(handle);
  }
}

/** Tries again while a virus scanner or an indexer holds a file, which lasts a moment. */
export async function whileBusy<T>(work: () => Promise<T>, platform: string = process.platform): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      const busy = code === 'EBUSY' || (platform === 'win32' && (code === 'EPERM' || code === 'EACCES'));
      if (!busy || attempt === 10) throw error;
      await setTimeout(10 * attempt);
    }
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, done);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

/** For files that do no harm: one that cannot be removed now is removed by a later clean-up. */
export async function removeQuietly(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}
