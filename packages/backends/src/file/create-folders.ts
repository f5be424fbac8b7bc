import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './synced-file.ts';

/**
 * Creates a folder for this user alone, and its parents. One by one, since Node's own `recursive` reports ENOENT
 * where the cause is EROFS.
 */
export async function createFolders(path: string): Promise<void> {
  try {
    await createFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await createFolders(dirname(path));
    await createFolder(path);
  }
}

async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const isThere = await lstat(path).catch(() => undefined);
    if (!isThere) throw error;
    return;
  }
  // A parent that this user may pass through and not read cannot be synced.
  await syncDirectory(dirname(path)).catch(() => undefined);
}
