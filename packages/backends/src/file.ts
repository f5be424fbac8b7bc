import { ConfigurationError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { checkDirectory } from './file/check-directory.ts';
import { createDrafts } from './file/drafts.ts';
import { createFolderWatch } from './file/folder-watch.ts';
import { keyFolder, keysBelow } from './file/key-folder.ts';
import { prepareDirectory } from './file/prepare-directory.ts';
import { createProcessHolder } from './file/process-holder.ts';
import { createRecordVersions } from './file/record-versions.ts';
import { createStateAccess } from './file/state-access.ts';
import { stateDirectory } from './file/state-directory.ts';

/** Where {@link fileBackend} keeps its files. */
export interface FileBackendOptions {
  /**
   * Where the records are kept; created when missing. It belongs to this user alone (mode 0700). Processes
   * that share it share the tokens. Default: `everbearer` below the platform's place for state
   * (`$XDG_STATE_HOME` or `~/.local/state`, `~/Library/Application Support`, `%LOCALAPPDATA%`).
   */
  directory?: string | undefined;
}

/** A backend on disk. */
export interface FileBackend extends Required<TokenBackend> {
  /** The absolute path of the directory in use. */
  readonly directory: string;
}

/**
 * Keeps records as files, for any number of processes that share the directory. A record is replaced by a new
 * version or not at all; a kill, a full disk or a power cut leaves the old one. `close()` gives back reserved
 * space and ends the watching; what is saved after it is saved all the same.
 * @throws {ConfigurationError} when `directory` cannot be one. Whether it is safe and writable is seen at
 * first use.
 */
export function fileBackend(options: FileBackendOptions = {}): FileBackend {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError({
      option: 'options',
      message: 'fileBackend() takes an object: fileBackend({ directory }).',
    });
  }
  const directory = stateDirectory(options.directory);
  const { name: holder, isAlive } = createProcessHolder();
  const drafts = createDrafts(holder);
  const watches = createFolderWatch();
  const records = createRecordVersions(directory, drafts, isAlive);
  const use = createStateAccess(directory, () => prepareDirectory(directory, drafts, isAlive));

  return {
    capabilities: { cas: 'shared', durable: true, writable: true },
    directory,
    location: directory,
    holder,
    isHolderAlive: isAlive,
    load: (key) => use('read', () => records.load(key)),
    save: (key, data, expected, options = {}) =>
      use('write', () => records.save(key, data, expected, options)),
    delete: (key, expected) => use('write', () => records.erase(key, expected)),
    async *list() {
      for (const key of await use('read', () => keysBelow(directory))) {
        if (await use('read', () => records.has(key))) yield key;
      }
    },
    watch: (key, hint) => watches.watch(keyFolder(directory, key), hint),
    check: () => checkDirectory(directory, drafts),
    async close() {
      watches.close();
      await drafts.close();
    },
  };
}
