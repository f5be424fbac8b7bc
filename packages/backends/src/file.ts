import { ConfigurationError, isAuthError, type SaveOptions, type TokenBackend } from '@everbearer/core';
import { checkDirectory } from './file/check-directory.ts';
import { cleanFolder, eraseBehind } from './file/clean-folder.ts';
import { createDrafts } from './file/drafts.ts';
import { explainFailure } from './file/explain-failure.ts';
import { createFolderWatch } from './file/folder-watch.ts';
import { createKeyFolder, keyFolder, keysBelow } from './file/key-folder.ts';
import { prepareDirectory } from './file/prepare-directory.ts';
import { createProcessHolder } from './file/process-holder.ts';
import { publishVersion } from './file/publish-version.ts';
import { stateDirectory } from './file/state-directory.ts';
import { faultError, type StateFault } from './file/state-fault.ts';
import { LARGEST_TEXT } from './file/version-content.ts';
import { quarantine, readNewest, textBehind, type VersionFile } from './file/version-files.ts';

/** Where {@link fileBackend} keeps its files. */
export interface FileBackendOptions {
  /**
   * Where the records are kept; created when missing. It belongs to this user alone (mode 0700). Processes that
   * share it share the tokens. Default: `everbearer` below the platform's place for state (`$XDG_STATE_HOME` or
   * `~/.local/state`, `~/Library/Application Support`, `%LOCALAPPDATA%`).
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
 * version or not at all; a kill, a full disk or a power cut leaves the old one. `close()` gives back reserved space
 * and ends the watching; what is saved after it is saved all the same.
 * @throws {ConfigurationError} when `directory` cannot be one. Whether it is safe and writable is seen at first use.
 */
export function fileBackend(options: FileBackendOptions = {}): FileBackend {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('options', 'fileBackend() takes an object: fileBackend({ directory }).');
  }
  const directory = stateDirectory(options.directory);
  const { name: holder, isAlive } = createProcessHolder();
  const drafts = createDrafts(holder);
  const watches = createFolderWatch();
  let preparation: Promise<StateFault | undefined> | undefined;

  /** Once with success; after a failure everyone who comes looks again. A full disk keeps nobody from reading. */
  async function ready(purpose: 'read' | 'write'): Promise<void> {
    preparation ??= prepareDirectory(directory, drafts, isAlive);
    const fault = await preparation;
    if (!fault) return;
    preparation = undefined;
    if (purpose === 'write' || fault.code !== 'full') throw faultError(fault);
  }

  async function using<T>(purpose: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    await ready(purpose);
    try {
      return await work();
    } catch (error) {
      throw await explained(error, purpose);
    }
  }

  async function explained(error: unknown, purpose: 'read' | 'write') {
    return isAuthError(error) ? error : faultError(await explainFailure(error, directory, purpose));
  }

  async function save(
    key: string,
    data: string,
    expected: string | undefined,
    { reserveBytes }: SaveOptions,
  ) {
    const folder = keyFolder(directory, key);
    const over = await readNewest(folder);
    if (versionOf(over) !== expected) return undefined;
    if (expected === undefined) await createKeyFolder(folder, key, drafts);
    const published = await publishVersion(folder, drafts, { kind: 'text', text: data, over, reserveBytes });
    if (!published) return undefined;
    await cleanFolder(folder, published.names, isAlive);
    return versionOf({ ...published, kind: 'text' });
  }

  async function erase(key: string, expected: string) {
    const folder = keyFolder(directory, key);
    const over = await readNewest(folder);
    if (over === undefined || versionOf(over) !== expected) return false;
    const published = await publishVersion(folder, drafts, { kind: 'gone', text: '', over });
    if (published) await eraseBehind(folder, published.names, published.number);
    return published !== undefined;
  }

  async function* list() {
    await ready('read');
    try {
      for await (const key of keysBelow(directory)) {
        if (versionOf(await readNewest(keyFolder(directory, key))) !== undefined) yield key;
      }
    } catch (error) {
      throw await explained(error, 'read');
    }
  }

  return {
    capabilities: { cas: 'shared', durable: true, writable: true },
    directory,
    location: directory,
    holder,
    isHolderAlive: isAlive,
    load: (key) => using('read', () => loadText(keyFolder(directory, key))),
    async save(key, data, expected, options = {}) {
      refuseOversized(data);
      return using('write', () => save(key, data, expected, options));
    },
    delete: (key, expected) => using('write', () => erase(key, expected)),
    list,
    watch: (key, hint) => watches.watch(keyFolder(directory, key), hint),
    check: () => checkDirectory(directory, drafts),
    async close() {
      watches.close();
      await drafts.close();
    },
  };
}

/** The number never comes again while the directory lives, and the id tells it from one that was emptied and refilled. */
function versionOf(newest: Pick<VersionFile, 'number' | 'id' | 'kind'> | undefined): string | undefined {
  return newest === undefined || newest.kind === 'gone' ? undefined : `${newest.number}.${newest.id}`;
}

async function loadText(folder: string) {
  const newest = await readNewest(folder);
  const version = versionOf(newest);
  if (newest === undefined || version === undefined) return undefined;
  if (newest.kind === 'text') return { data: newest.text, version };
  await quarantine(folder, newest.number);
  const data = await textBehind(folder, newest.number);
  if (data !== undefined) return { data, version, recovered: true };
  const detail = `Version ${newest.number} in ${folder} is damaged, and there is no good one behind it.`;
  const remedy = 'Restore that folder from a backup, or sign in again, which replaces it.';
  throw faultError({ code: 'damaged', detail, remedy }, version);
}

function refuseOversized(data: string): void {
  const bytes = Buffer.byteLength(data);
  if (bytes <= LARGEST_TEXT) return;
  const detail = `A record of ${bytes} bytes is more than the ${LARGEST_TEXT} that are read back.`;
  throw faultError({ code: 'not_writable', detail, remedy: 'Keep it apart from the tokens.' });
}
