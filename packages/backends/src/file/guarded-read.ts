import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { faultError } from './state-fault.ts';
import { unsafeState } from './state-safety.ts';

/**
 * The content of a file of this user's own: never through a link, never waiting for the other end of a pipe, and not
 * more of it than may be there. Undefined when there is none.
 * @throws {TokenBackendError} when it must not hold state
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
    const fault = unsafeState(path, stats, 'file');
    if (fault) throw faultError(fault);
    return stats.size > largest ? 'oversized' : await readAll(handle, stats.size);
  } finally {
    await handle.close();
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
