import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import type { StoredText } from '@everbearer/core/contract';
import { checkOptions } from '../check-options.ts';
import type { FileBackendOptions } from './file-backend.ts';
import { KEY_FILE, keyFolder } from './key-folder.ts';
import { stateDirectory } from './state-directory.ts';
import { unsafeState } from './state-safety.ts';
import { decodeVersion, LARGEST_FILE } from './version-content.ts';
import { numbersAmong, versionPath } from './version-files.ts';

/**
 * The newest version of a record of {@link fileBackend}, read at once by a program that only wants to look. Nothing is
 * created, written or put right. Undefined where there is none, and in any doubt: what stands there is damaged, or
 * directory, folder or file are not this user's alone. `load` of the backend then says what is the matter.
 *
 * @throws {ConfigurationError} as `fileBackend()` does
 */
export function readFileRecord(options: FileBackendOptions, key: string): StoredText | undefined {
  checkOptions<FileBackendOptions>(options, { directory: true }, 'readFileRecord({ directory })');
  const directory = stateDirectory(options.directory);
  try {
    return newestIn(directory, keyFolder(directory, key));
  } catch {
    return undefined;
  }
}

function newestIn(directory: string, folder: string): StoredText | undefined {
  for (const path of [directory, folder])
    if (unsafeState(path, lstatSync(path), 'directory')) return undefined;
  const names = readdirSync(folder);
  const [number] = numbersAmong(names);
  const bytes = number === undefined ? undefined : ownBytes(versionPath(folder, number));
  const version = bytes && decodeVersion(bytes);
  // What stands before a `sole` version has to be erased, and that is for the backend.
  const isWhole = version?.kind === 'text' || (version?.kind === 'sole' && isAlone(names));
  return version && isWhole ? { data: version.text, version: `${number}.${version.id}` } : undefined;
}

/** Whether the folder holds one version and nothing else but its key. */
function isAlone(names: readonly string[]): boolean {
  return names.filter((name) => name !== KEY_FILE).length === 1;
}

/** What is in a file of this user's own. Links are not followed, and a pipe is not waited for. */
function ownBytes(path: string): Buffer | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    return unsafeState(path, stats, 'file') || stats.size > LARGEST_FILE ? undefined : readFileSync(file);
  } finally {
    closeSync(file);
  }
}
