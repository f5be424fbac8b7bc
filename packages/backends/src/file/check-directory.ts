import { lstat, statfs } from 'node:fs/promises';
import type { BackendCheck } from '@everbearer/core/contract';
import { failed, passed } from '../finding.ts';
import { ownerOf } from '../host/current-user.ts';
import { shellQuoted } from '../host/shell-quoted.ts';
import type { Drafts } from './drafts.ts';
import { createDirectory, probeDirectory } from './prepare-directory.ts';

/** With less, one or two renewals may still fit, and the next may not. */
const LITTLE_SPACE = 1024 * 1024;

/** File systems that lose their content with the container or at a restart, by their magic numbers. */
const VOLATILE = new Map([
  [0x794c7630, 'the file system of a container, which is deleted with it'],
  [0x01021994, 'memory (tmpfs), which a restart of the machine empties'],
  [0x858458f6, 'memory (ramfs), which a restart of the machine empties'],
]);

/** What can be found out about the directory without a credential. */
export async function checkDirectory(directory: string, drafts: Drafts): Promise<BackendCheck[]> {
  const unfit = await createDirectory(directory);
  if (unfit) return [failed('directory', unfit.detail, unfit.remedy)];
  const owner = ownerOf(await lstat(directory));
  const checks = [passed('directory', `${directory} ${owner}.`)];
  const unwritable = await probeDirectory(directory, drafts);
  const detail = 'A file was created, synced, linked, read back and removed.';
  checks.push(
    unwritable ? failed('writable', unwritable.detail, unwritable.remedy) : passed('writable', detail),
  );
  const stats = await statfs(directory).catch(() => undefined);
  if (stats)
    checks.push(spaceCheck(directory, stats.bavail * stats.bsize), volumeCheck(directory, stats.type));
  return checks;
}

function spaceCheck(directory: string, freeBytes: number): BackendCheck {
  const detail = `${Math.floor(freeBytes / 1024)} KiB are free.`;
  if (freeBytes >= LITTLE_SPACE) return passed('free space', detail);
  return failed('free space', detail, `Make room: df -h ${shellQuoted(directory)}`);
}

function volumeCheck(directory: string, type: number): BackendCheck {
  const volatile = VOLATILE.get(type);
  if (volatile === undefined)
    return passed('volume', 'As far as can be told, it outlives containers and restarts.');
  const remedy = 'Mount a volume there, or name a `directory` on one.';
  return failed('volume', `${directory} is on ${volatile}.`, remedy);
}
