import { lstat, statfs } from 'node:fs/promises';
import type { BackendCheck } from '@everbearer/core';
import { describeUser, ownerOf } from './state-safety.ts';

const LITTLE_SPACE_BYTES = 1024 * 1024;

/** What can be told of the directory without a credential. `writable` runs the preflight and rejects when it fails. */
export async function directoryChecks(
  directory: string,
  writable: () => Promise<void>,
): Promise<BackendCheck[]> {
  const found = await lstat(directory).catch(() => undefined);
  const where: BackendCheck = {
    name: 'directory',
    ok: found?.isDirectory() ?? true,
    detail: found
      ? `${directory} ${ownerOf(found)}; ${describeUser()}.`
      : `${directory} does not exist yet; ${describeUser()}.`,
    remedy: found && !found.isDirectory() ? 'Name a directory.' : '',
  };
  const write = await writable().then(
    (): BackendCheck => ({
      name: 'writable',
      ok: true,
      detail: 'A file was written, linked, read back and removed.',
      remedy: '',
    }),
    (error: Error): BackendCheck => ({
      name: 'writable',
      ok: false,
      detail: error.message,
      remedy: 'As the detail says.',
    }),
  );
  return [where, write, await spaceCheck(directory)];
}

async function spaceCheck(directory: string): Promise<BackendCheck> {
  const stats = await statfs(directory).catch(() => undefined);
  if (!stats) return { name: 'space', ok: true, detail: 'The free space cannot be told.', remedy: '' };
  const free = stats.bavail * stats.bsize;
  const ok = free >= LITTLE_SPACE_BYTES;
  return {
    name: 'space',
    ok,
    detail: `${Math.floor(free / 1024)} KiB are free.`,
    remedy: ok ? '' : 'Make room.',
  };
}
