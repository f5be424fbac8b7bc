import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeQuietly, syncDirectory, writeNew } from './synced-file.ts';

/** Holds the key as it was given: folder names are hashes, since file systems differ in what names they can tell apart. */
const KEY_FILE = 'key';
const LONGEST_KEY = 4_096;

/** Where the versions of one record are. */
export function recordFolder(directory: string, key: string): string {
  return join(directory, createHash('sha256').update(key).digest('hex').slice(0, 40));
}

/** Makes the folder and notes its key, for whoever lists them. Does nothing when it is there. */
export async function makeRecordFolder(
  directory: string,
  key: string,
  newPath: (folder: string) => string,
): Promise<string> {
  const folder = recordFolder(directory, key);
  if ((await mkdir(folder, { recursive: true, mode: 0o700 })) === undefined) return folder;
  const draft = newPath(folder);
  await writeNew(draft, Buffer.from(key));
  // Another process may make the same folder at this moment; its key is the same.
  await link(draft, join(folder, KEY_FILE)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await removeQuietly(draft);
  await syncDirectory(folder);
  await syncDirectory(directory);
  return folder;
}

/** The keys of all records that were ever kept here. */
export async function* keysIn(directory: string): AsyncGenerator<string> {
  for (const name of await readdir(directory)) {
    if (!/^[0-9a-f]{40}$/.test(name)) continue;
    const key = await readKey(join(directory, name, KEY_FILE));
    if (key !== undefined && recordFolder(directory, key) === join(directory, name)) yield key;
  }
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    const handle = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(LONGEST_KEY), 0, LONGEST_KEY, 0);
      return buffer.subarray(0, bytesRead).toString();
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
