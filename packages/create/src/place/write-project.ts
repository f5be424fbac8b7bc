import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../answers/refusal.ts';

/**
 * Writes all files, or none: what was written is taken back where one cannot be. Nothing that is there is written over. It waits
 * for nothing, so that a signal cannot come between two files.
 * @param files - texts by paths below the folder
 * @throws {Refusal} that names the path
 */
export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  const undo: (() => void)[] = [];
  let at = folder;
  try {
    for (const [name, text] of Object.entries(files)) {
      at = join(folder, name);
      makeFolder(dirname(at), undo);
      writeFileSync(at, text, { flag: 'wx' });
      const path = at;
      undo.unshift(() => rmSync(path));
    }
  } catch (error) {
    for (const step of undo) attempt(step);
    // What cannot be made may be a folder on the way.
    const { code = 'unknown', path = at } = error as { code?: string; path?: string };
    throw new Refusal(faultOf(path, code));
  }
}

/** Makes a folder and those above it, and notes how each is taken back. */
function makeFolder(path: string, undo: (() => void)[]): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), undo);
  mkdirSync(path);
  // Only while nobody else has put something there.
  undo.unshift(() => rmdirSync(path));
}

function faultOf(path: string, code: string): string {
  if (code === 'EEXIST') return `${path} has come meanwhile. Look at it first. Nothing was written.`;
  return `${path} cannot be made (${code}). Nothing was written. Check the rights of the folder above it and the space on its disk, or name another folder.`;
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // What stands in the way is told already.
  }
}
