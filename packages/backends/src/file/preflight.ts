import { link, lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { removeOrphans } from './clean-folder.ts';
import { explainFailure } from './explain-failure.ts';
import { faultError } from './state-fault.ts';
import { unsafeState } from './state-safety.ts';
import { removeQuietly, syncDirectory, writeNew } from './synced-file.ts';

export interface PreflightOptions {
  directory: string;
  newPath(folder: string): string;
  isAlive(writer: string): boolean | undefined;
}

/**
 * Does in the directory, once and for real, all that a save will need: what cannot work is found before a refresh
 * token depends on it.
 * @throws {TokenBackendError} that names path, owner and mode, and the command that mends it
 */
export async function preflight({ directory, newPath, isAlive }: PreflightOptions): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const fault = unsafeState(directory, await lstat(directory), 'directory');
    if (fault) throw faultError(fault);
    await probe(newPath(directory), newPath(directory));
    await syncDirectory(directory);
    await removeOrphans(directory, await readdir(directory), isAlive);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw faultError(await explainFailure(cause, directory, 'write'));
  }
}

/** Some mounts take a write and forget it, so what was written is read back. */
async function probe(draft: string, published: string): Promise<void> {
  const text = 'A probe: written, linked, read back and removed.';
  await writeNew(draft, Buffer.from(text));
  try {
    await link(draft, published);
    if ((await readFile(published, 'utf8')) === text) return;
  } finally {
    await removeQuietly(draft);
    await removeQuietly(published);
  }
  const detail = `What is written to ${published} does not read back the same.`;
  throw faultError({
    code: 'not_writable',
    detail,
    remedy: 'Name another `directory`, on a file system that keeps what it is given.',
  });
}

/** An answer of the operating system, and not an error of ours. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
