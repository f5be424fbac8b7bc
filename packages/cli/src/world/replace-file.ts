import { lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: whoever reads it finds the earlier text or this one. Everybody may read it.
 * @throws what the file system says; the file is as it was then
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const before = await lstat(path).catch(() => undefined);
  // A rename would put a file in the place of a device, or of a link.
  if (before && !before.isFile()) throw Object.assign(new Error(), { code: 'ENOTFILE' });
  // Collectors read by the end of the name, which this one does not have.
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  await rm(draft, { force: true });
  const file = await open(draft, 'wx');
  try {
    await file.writeFile(text);
    // Whatever the umask: a collector is another user.
    await file.chmod(0o644);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}
