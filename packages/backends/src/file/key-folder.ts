import { createHash } from 'node:crypto';
import { link, lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFolders } from './create-folders.ts';
import type { Drafts } from './drafts.ts';
import { guardedRead } from './guarded-read.ts';
import { faultError } from './state-fault.ts';
import { unsafeState } from './state-safety.ts';
import { removeQuietly, syncDirectory, whileBusy, writeNew } from './synced-file.ts';

/** The file that holds the key of the folder. */
export const KEY_FILE = 'key';
/** In bytes. */
export const LARGEST_KEY: number = 64 * 1024;

/** Named by a hash in lower case, because `a` and `A` are two keys, and one name on some file systems. */
export function keyFolder(directory: string, key: string): string {
  return join(directory, createHash('sha256').update(key).digest('hex'));
}

/** Whether a folder has a name as {@link keyFolder} gives it. */
export function isRecordFolder(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** Creates the folder of a key, with the key written down in it, since it cannot be told from the hash. */
export async function createKeyFolder(folder: string, key: string, drafts: Drafts): Promise<void> {
  await createFolders(folder);
  const fault = unsafeState(folder, await lstat(folder), 'directory');
  if (fault) throw faultError(fault);
  const isNamed = await lstat(join(folder, KEY_FILE)).catch(() => undefined);
  if (!isNamed) await writeKey(folder, key, drafts);
  await syncDirectory(folder);
  // Also where another process made the folder: it may not have synced it yet.
  await syncDirectory(dirname(folder));
}

async function writeKey(folder: string, key: string, drafts: Drafts): Promise<void> {
  const draft = drafts.newPath(folder);
  await writeNew(draft, Buffer.from(key));
  try {
    await whileBusy(() => link(draft, join(folder, KEY_FILE)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await removeQuietly(draft);
  }
}

/** Every key with a folder, whether or not a record is in it; and whether one was passed over, since others can reach it. */
export async function keysBelow(directory: string): Promise<{ keys: string[]; isOpen: boolean }> {
  const names = (await readdir(directory)).filter(isRecordFolder);
  const keys: string[] = [];
  let isOpen = false;
  for (const name of names) {
    const found = await guardedRead(join(directory, name, KEY_FILE), LARGEST_KEY).catch(({ code }) => {
      isOpen ||= code === 'insecure_permissions';
      return undefined;
    });
    const key = found === 'oversized' ? undefined : found?.toString();
    if (key !== undefined && keyFolder(directory, key) === join(directory, name)) keys.push(key);
  }
  return { keys, isOpen };
}
