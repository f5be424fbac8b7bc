import { constants, type Stats } from 'node:fs';
import { access } from 'node:fs/promises';
import { looksLoosened } from './loosened.ts';
import type { StateFault } from './state-fault.ts';
import { unsafeState } from './state-safety.ts';

/**
 * Why a file or folder that was found must not be read; undefined when it may. What `fsGroup` has opened may be read from a
 * read-only mount, where nobody can take that back: a warning says so.
 */
export async function existingFault(
  path: string,
  stats: Stats,
  kind: 'directory' | 'file',
): Promise<StateFault | undefined> {
  const fault = unsafeState(path, stats, kind);
  return fault && looksLoosened(stats, kind) && (await isReadOnly(path)) ? undefined : fault;
}

/** Whether the mount takes no writes, whatever the modes say. */
async function isReadOnly(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}
