import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Refusal } from '../answers/refusal.ts';
import { nameFault } from './name-fault.ts';

/** Where the project is to be, and what it is called. */
export interface Target {
  path: string;
  name: string;
}

/**
 * The folder that is meant, once it is sure that it holds nothing, and that its name is one for a package.
 * @param taken - names that the project cannot have, because it depends on packages of these names
 * @throws {Refusal} that names the folder and what to do instead
 */
export function targetFolder(directory: string, folder: string, taken: readonly string[]): Target {
  if (folder.trim() === '') throw new Refusal(`The name of the folder is empty. ${OTHER}`);
  if (/^~([/\\]|$)/.test(folder))
    throw new Refusal('Write the whole path of the folder: only a shell replaces ~.');
  const path = resolve(directory, folder);
  const name = basename(path);
  const fault = nameFault(name, taken);
  if (fault !== undefined) throw new Refusal(fault);
  const found = contentOf(path);
  if (found === 'no folder') throw new Refusal(`${path} is there already, and is no folder. ${OTHER}`);
  if (found.length > 0)
    throw new Refusal(`${path} is there already, and not empty (${found.slice(0, 3).join(', ')}). ${OTHER}`);
  return { path, name };
}

const OTHER = 'Name another: npm create everbearer my-app';

/** What stands in a folder; nothing where there is none. The folder of git is no obstacle. */
function contentOf(path: string): readonly string[] | 'no folder' {
  try {
    if (!statSync(path).isDirectory()) return 'no folder';
    return readdirSync(path).filter((name) => name !== '.git');
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string };
    // A link that leads nowhere is there, and holds nothing.
    if (code === 'ENOENT') return lstatSync(path, { throwIfNoEntry: false }) ? 'no folder' : [];
    throw new Refusal(`${path} cannot be looked into (${code}). ${OTHER}`);
  }
}
