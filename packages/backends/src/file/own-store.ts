import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { currentUser } from '../host/current-user.ts';
import { writerOf } from './drafts.ts';
import { isRecordFolder, KEY_FILE, keyFolder, LARGEST_KEY } from './key-folder.ts';
import { damagedAmong, numbersAmong } from './version-files.ts';

/** What in a directory tells that it was a store of this very user before. */
export interface StoreEvidence {
  /** A record of ours is in it: nobody else can make a file of this user, with the key that the name of its folder is the hash of. */
  holdsRecords: boolean;
  /** Nothing else is in it, that might have to stay open to others. */
  isOurs: boolean;
}

/** Looks whatever the modes are, and reads no record. */
export async function findEvidence(directory: string): Promise<StoreEvidence> {
  const names = await readdir(directory).catch(() => []);
  const folders = names.filter(isRecordFolder);
  const isOurs = names.every((name) => isRecordFolder(name) || writerOf(name) !== undefined);
  for (const name of folders) if (await isNamedByKey(directory, name)) return { holdsRecords: true, isOurs };
  return { holdsRecords: false, isOurs };
}

/** A name that this backend gives to a file in the folder of a record. */
export function isRecordFile(name: string): boolean {
  const isVersion = numbersAmong([name]).length + damagedAmong([name]).length > 0;
  return isVersion || name === KEY_FILE || writerOf(name) !== undefined;
}

async function isNamedByKey(directory: string, name: string): Promise<boolean> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const path = join(directory, name, KEY_FILE);
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!handle) return false;
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.uid !== currentUser()?.uid || stats.size > LARGEST_KEY) return false;
    return keyFolder(directory, await handle.readFile('utf8')) === join(directory, name);
  } finally {
    await handle.close();
  }
}
