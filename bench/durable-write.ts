import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Replaces a file in that folder so that a power cut leaves the old text or the new one: what a renewal on files is measured beside. */
export async function durableWrite(folder: string, text: string): Promise<void> {
  const draft = join(folder, 'draft');
  const handle = await open(draft, 'w', 0o600);
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  await rename(draft, join(folder, 'file'));
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}
