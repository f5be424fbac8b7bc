import type { StatsFs } from 'node:fs';
import { lstat, statfs } from 'node:fs/promises';
import type { BackendCheck } from '@everbearer/core/contract';
import { failed, passed } from '../finding.ts';
import { ownerOf } from '../host/current-user.ts';
import { shellQuoted } from '../host/shell-quoted.ts';
import type { Drafts } from './drafts.ts';
import { createDirectory, probeDirectory } from './prepare-directory.ts';
import type { StateFault } from './state-fault.ts';
import type { Tightened } from './tighten-modes.ts';

/** With less, one or two renewals may still fit, and the next may not. */
const LITTLE_SPACE = 1024 * 1024;
/** A save makes a file or two, and a new account a folder. */
const FEW_FILES = 16;

/** File systems that lose their content with the container or at a restart, by their magic numbers. */
const VOLATILE = new Map([
  [0x794c7630, 'the file system of a container, which is deleted with it'],
  [0x01021994, 'memory (tmpfs), which a restart of the machine empties'],
  [0x858458f6, 'memory (ramfs), which a restart of the machine empties'],
]);

/** What can be found out about the directory without a credential, and what was put right on the way. */
export async function checkDirectory(
  directory: string,
  drafts: Drafts,
): Promise<{ checks: BackendCheck[]; tightened: Tightened | undefined }> {
  const { fault, tightened } = await createDirectory(directory);
  if (fault && !fault.readable)
    return { checks: [failed('directory', fault.detail, fault.remedy)], tightened };
  const checks = [passed('directory', `${directory} ${ownerOf(await lstat(directory))}.`)];
  checks.push(writableCheck(fault ?? (await probeDirectory(directory, drafts))));
  const stats = await statfs(directory).catch(() => undefined);
  if (stats) checks.push(spaceCheck(directory, stats), volumeCheck(directory, stats.type));
  return { checks, tightened };
}

function writableCheck(fault: StateFault | undefined): BackendCheck {
  if (fault) return failed('writable', fault.detail, fault.remedy);
  return passed('writable', 'A file was created, synced, linked, read back and removed.');
}

function spaceCheck(directory: string, { bavail, bsize, files, ffree }: StatsFs): BackendCheck {
  const freeBytes = bavail * bsize;
  // Some file systems know no limit of files, and say 0 of 0.
  const isOutOfFiles = files > 0 && ffree < FEW_FILES;
  const detail = isOutOfFiles
    ? `No more than ${ffree} files can be made.`
    : `${Math.floor(freeBytes / 1024)} KiB are free.`;
  if (freeBytes >= LITTLE_SPACE && !isOutOfFiles) return passed('free space', detail);
  return failed(
    'free space',
    detail,
    `Make room: df ${isOutOfFiles ? '-i' : '-h'} ${shellQuoted(directory)}`,
  );
}

function volumeCheck(directory: string, type: number): BackendCheck {
  const volatile = VOLATILE.get(type);
  if (volatile === undefined) return passed('volume', 'It seems to outlive containers and restarts.');
  const remedy = 'Mount a volume there, or name a `directory` on one.';
  return failed('volume', `${directory} is on ${volatile}.`, remedy);
}
