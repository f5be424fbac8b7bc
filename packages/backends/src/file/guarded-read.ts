import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { existingFault } from './existing-fault.ts';
import { faultError } from './state-fault.ts';
import { closeSoon } from './synced-file.ts';

/**
 * The content of a file that belongs to this user; `oversized` when it is larger than `largest`, and undefined when
 * there is no such file. Links are not followed, and a pipe is not waited for.
 * @throws {TokenBackendError} when the file is not safe enough to hold tokens
 */
export async function guardedRead(path: string, largest: number): Promise<Buffer | 'oversized' | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stats = await handle.stat();
    const fault = await existingFault(path, stats, 'file');
    if (fault) throw faultError(fault);
    return stats.size > largest ? 'oversized' : await readAll(handle, stats.size);
  } finally {
    closeSoon(handle);
  }
}

async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
