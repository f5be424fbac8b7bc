import type { TokenBackend } from '@everbearer/core/contract';
import { checkOptions } from '../check-options.ts';
import { createProcessHolder } from '../host/process-holder.ts';
import { checkDirectory } from './check-directory.ts';
import { createDrafts } from './drafts.ts';
import { createFolderWatch } from './folder-watch.ts';
import { keyFolder, keysBelow } from './key-folder.ts';
import { createModesWarning } from './modes-warning.ts';
import { createDirectory, prepareSaving } from './prepare-directory.ts';
import { createRecordVersions } from './record-versions.ts';
import { createStateAccess } from './state-access.ts';
import { stateDirectory } from './state-directory.ts';
import { tightenModes } from './tighten-modes.ts';

/** Where {@link fileBackend} keeps its files. */
export interface FileBackendOptions {
  /**
   * Where the records are kept; created when missing. It belongs to this user alone (mode 0700). Processes
   * that share it share the tokens. Default: `everbearer` below the platform's place for state
   * (`$XDG_STATE_HOME` or `~/.local/state`, `~/Library/Application Support`, `%LOCALAPPDATA%`).
   */
  directory?: string | undefined;
}

/** A backend on disk, with everything that a backend may offer. */
export interface FileBackend
  extends Readonly<{ [Name in keyof TokenBackend]-?: NonNullable<TokenBackend[Name]> }> {
  /** The absolute path of the directory in use. */
  readonly directory: string;
}

/**
 * Keeps records as files, for any number of processes that share the directory. A record is replaced by a new
 * version or not at all; a kill, a full disk or a power cut leaves the old one. `close()` gives back reserved
 * space and ends the watching; a save after it still works.
 * @throws {ConfigurationError} when `directory` cannot be one, or an option is unknown. Whether the directory is safe
 * and writable is seen at first use.
 */
export function fileBackend(options: FileBackendOptions = {}): FileBackend {
  checkOptions<FileBackendOptions>(options, { directory: true }, 'fileBackend({ directory })');
  const directory = stateDirectory(options.directory);
  const { name: holder, isAlive } = createProcessHolder();
  const drafts = createDrafts(holder);
  const watches = createFolderWatch();
  const records = createRecordVersions(directory, drafts, isAlive, watches.announce);
  const modes = createModesWarning(directory);
  const create = async () => {
    const { fault, tightened } = await createDirectory(directory);
    modes.note(tightened);
    return fault;
  };
  const tighten = async () => {
    const tightened = await tightenModes(directory).catch(() => undefined);
    modes.note(tightened);
    return tightened !== undefined;
  };
  const use = createStateAccess({
    directory,
    create,
    prepareSaving: () => prepareSaving(directory, drafts, isAlive),
    tighten,
  });
  const listKeys = async () => {
    const { keys, isOpen } = await keysBelow(directory);
    return isOpen && (await tighten()) ? (await keysBelow(directory)).keys : keys;
  };

  return {
    capabilities: { cas: 'shared', durable: true, writable: true },
    directory,
    location: directory,
    holder,
    isHolderAlive: isAlive,
    load: (key) => use('find', () => records.load(key)),
    save: (key, data, expected, options = {}) =>
      use('write', () => records.save(key, data, expected, options)),
    delete: (key, expected) => use('write', () => records.erase(key, expected)),
    wasDeleted: (key) => use('read', () => records.wasErased(key)),
    async *list() {
      for (const key of await use('read', listKeys)) {
        if (await use('read', () => records.has(key))) yield key;
      }
    },
    watch: (key, hint) => watches.watch(keyFolder(directory, key), hint),
    warnings: () => modes.warnings(),
    async check() {
      const { checks, tightened } = await checkDirectory(directory, drafts);
      modes.note(tightened);
      return [...checks, ...modes.checks()];
    },
    async close() {
      watches.close();
      await drafts.close();
    },
  };
}
