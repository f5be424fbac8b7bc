import { chmodSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Effect } from './fault-plan.ts';

/** What may be left of the effects on a file system when the power goes. Each is allowed to a file system by POSIX. */
export const CUTS = [
  'everything',
  'only what was synced',
  'names without data',
  'data without names',
] as const;
export type Cut = (typeof CUTS)[number];

interface File {
  now: Buffer;
  synced: Buffer;
}

interface Names {
  files: Map<string, File>;
  folders: Set<string>;
}

/** Makes, below `to`, what the effects below `from` leave behind after a cut of that kind. */
export function afterPowerCut(effects: readonly Effect[], cut: Cut, from: string, to: string): void {
  const now: Names = { files: new Map(), folders: new Set() };
  const synced: Names = { files: new Map(), folders: new Set() };
  for (const effect of effects) apply(effect, now, synced);
  const keepsNames = cut === 'everything' || cut === 'names without data';
  const keepsData = cut === 'everything' || cut === 'data without names';
  const { files, folders } = keepsNames ? now : synced;
  const moved = (path: string) => to + path.slice(from.length);
  for (const folder of [...folders].sort()) mkdirSync(moved(folder), { recursive: true, mode: 0o700 });
  const made = new Map<File, string>();
  for (const [path, file] of files) {
    // A name below a folder whose own name was lost is lost with it.
    if (dirname(path) !== from && !folders.has(dirname(path))) continue;
    const first = made.get(file);
    if (first) linkSync(first, moved(path));
    else writeFileSync(moved(path), keepsData ? file.now : file.synced, { mode: 0o600 });
    made.set(file, first ?? moved(path));
  }
  chmodSync(to, 0o700);
}

function apply(effect: Effect, now: Names, synced: Names): void {
  const { path } = effect;
  const file = now.files.get(path);
  switch (effect.do) {
    case 'create':
      now.files.set(path, { now: Buffer.alloc(0), synced: Buffer.alloc(0) });
      break;
    case 'write':
      if (file) file.now = written(file.now, effect.bytes, effect.at);
      break;
    case 'truncate':
      if (file) file.now = written(Buffer.alloc(effect.size), file.now.subarray(0, effect.size), 0);
      break;
    case 'link':
      if (file) now.files.set(effect.target, file);
      break;
    case 'unlink':
      now.files.delete(path);
      break;
    case 'mkdir':
      now.folders.add(path);
      break;
    case 'sync':
      if (file) file.synced = Buffer.from(file.now);
      else syncNames(path, now, synced);
  }
}

/** Of a folder: its names, as they are, from here on outlive a cut. */
function syncNames(folder: string, now: Names, synced: Names): void {
  for (const path of synced.files.keys()) if (dirname(path) === folder) synced.files.delete(path);
  for (const [path, file] of now.files) if (dirname(path) === folder) synced.files.set(path, file);
  for (const path of now.folders) if (dirname(path) === folder) synced.folders.add(path);
}

function written(before: Buffer, bytes: Uint8Array, at: number): Buffer {
  const after = Buffer.alloc(Math.max(before.length, at + bytes.length));
  before.copy(after);
  after.set(bytes, at);
  return after;
}
