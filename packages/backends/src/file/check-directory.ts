import { lstat, statfs } from 'node:fs/promises';
import type { BackendCheck } from '@everbearer/core/contract';
import type { Drafts } from './drafts.ts';
import { createDirectory, probeDirectory } from './prepare-directory.ts';
import type { StateFault } from './state-fault.ts';
import { ownerOf, quoted } from './state-safety.ts';

/** Under this, a renewal or two may still fit and the next may not. */
const LITTLE_SPACE = 1024 * 1024;

/** File systems whose content goes away with the container or the machine, by their magic numbers. */
const VOLATILE = new Map([
  [0x794c7630, 'the file system of a container, which goes away with it'],
  [0x01021994, 'memory (tmpfs), which a restart of the machine empties'],
  [0x858458f6, 'memory (ramfs), which a restart of the machine empties'],
]);

/** What can be found out about the directory without a credential; each finding with its remedy. */
export async function checkDirectory(directory: string, drafts: Drafts): Promise<BackendCheck[]> {
  const unfit = await createDirectory(directory);
  if (unfit) return [failed('directory', unfit)];
  const owner = ownerOf(await lstat(directory));
  const checks = [passed('directory', `${directory} ${owner}.`)];
  const unwritable = await probeDirectory(directory, drafts);
  const detail = 'A file was created, synced, linked, read back and removed.';
  checks.push(unwritable ? failed('writable', unwritable) : passed('writable', detail));
  const stats = await statfs(directory).catch(() => undefined);
  if (stats)
    checks.push(spaceCheck(directory, stats.bavail * stats.bsize), volumeCheck(directory, stats.type));
  return checks;
}

function spaceCheck(directory: string, freeBytes: number): BackendCheck {
  const detail = `${Math.floor(freeBytes / 1024)} KiB are free.`;
  if (freeBytes >= LITTLE_SPACE) return passed('free space', detail);
  return { name: 'free space', ok: false, detail, remedy: `Make room: df -h ${quoted(directory)}` };
}

function volumeCheck(directory: string, type: number): BackendCheck {
  const volatile = VOLATILE.get(type);
  if (volatile === undefined)
    return passed('volume', 'It outlives containers and restarts, as far as can be told.');
  const remedy = 'Mount a volume there, or name a `directory` on one.';
  return { name: 'volume', ok: false, detail: `${directory} is on ${volatile}.`, remedy };
}

function passed(name: string, detail: string): BackendCheck {
  return { name, ok: true, detail, remedy: '' };
}

function failed(name: string, { detail, remedy }: StateFault): BackendCheck {
  return { name, ok: false, detail, remedy };
}
