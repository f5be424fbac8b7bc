import type { StoredText, TokenBackend } from '@everbearer/core';
import { cleanFolder, eraseBehind } from './file/clean-folder.ts';
import { directoryChecks } from './file/directory-checks.ts';
import { createDrafts } from './file/drafts.ts';
import { explainFailure } from './file/explain-failure.ts';
import { createFolderWatch } from './file/folder-watch.ts';
import { isSystemError, preflight } from './file/preflight.ts';
import { createProcessHolder } from './file/process-holder.ts';
import { publishVersion } from './file/publish-version.ts';
import { keysIn, makeRecordFolder, recordFolder } from './file/record-folder.ts';
import { stateDirectory } from './file/state-directory.ts';
import { faultError } from './file/state-fault.ts';
import { quarantine, readNewest, textBehind, type VersionFile } from './file/version-files.ts';

export interface FileBackendOptions {
  /**
   * Where the records are kept: a directory of this user's own, which is made when it is not there. Default: the
   * platform's place for state, on Linux `$XDG_STATE_HOME/everbearer` or `~/.local/state/everbearer`.
   */
  directory?: string;
}

/**
 * Keeps records in files, safely for any number of processes on one machine (and on NFS): each save makes a new
 * version, complete on disk before it has a name, and a hard link gives that name to one process alone. There is no
 * lock, so none is left behind. Directories have mode 0700, files 0600; what others could read or change is refused.
 * @throws {ConfigurationError} when `directory` cannot be one; what is wrong on disk is told at first use
 */
export function fileBackend({
  directory: given,
}: FileBackendOptions = {}): TokenBackend & { readonly directory: string } {
  const directory = stateDirectory(given);
  const holder = createProcessHolder();
  const drafts = createDrafts(holder.name);
  const watches = createFolderWatch();
  let checked: Promise<void> | undefined;

  /** Once, until it fails. */
  function ready(): Promise<void> {
    checked ??= preflight({ directory, newPath: drafts.newPath, isAlive: holder.isAlive }).catch(
      (error: unknown) => {
        checked = undefined;
        throw error;
      },
    );
    return checked;
  }

  async function explained<T>(purpose: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    await ready();
    try {
      return await work();
    } catch (cause) {
      if (!isSystemError(cause)) throw cause;
      throw faultError(await explainFailure(cause, directory, purpose));
    }
  }

  async function load(key: string): Promise<StoredText | undefined> {
    const folder = recordFolder(directory, key);
    const newest = await readNewest(folder);
    if (!newest || newest.kind === 'gone') return undefined;
    if (newest.kind === 'text') return { data: newest.text, version: versionOf(newest) };
    await quarantine(folder, newest.number);
    const data = await textBehind(folder, newest.number);
    if (data !== undefined) return { data, version: versionOf(newest), recovered: true };
    const detail = `The record in ${folder} is damaged, and no earlier version is left.`;
    throw faultError({ code: 'damaged', detail, remedy: 'Sign in again to replace it.' }, versionOf(newest));
  }

  async function publish(
    key: string,
    kind: 'text' | 'gone',
    text: string,
    expected: string | undefined,
    reserveBytes?: number,
  ) {
    const folder = await makeRecordFolder(directory, key, drafts.newPath);
    const over = await readNewest(folder);
    if (versionIfAny(over) !== expected) return undefined;
    const published = await publishVersion(folder, drafts, { kind, text, over, reserveBytes });
    if (!published) return undefined;
    if (kind === 'gone') await eraseBehind(folder, published.names, published.number);
    else await cleanFolder(folder, published.names, holder.isAlive);
    return versionOf(published);
  }

  return {
    capabilities: { cas: 'shared', durable: true, writable: true },
    directory,
    holder: holder.name,
    isHolderAlive: holder.isAlive,
    load: (key) => explained('read', () => load(key)),
    save: (key, data, expected, options) =>
      explained('write', () => publish(key, 'text', data, expected, options?.reserveBytes)),
    delete: (key, expected) =>
      explained('write', async () => (await publish(key, 'gone', '', expected)) !== undefined),
    async *list() {
      await ready();
      for await (const key of keysIn(directory)) if (await holdsText(key)) yield key;
    },
    watch: (key, hint) => watches.watch(recordFolder(directory, key), hint),
    check: () => directoryChecks(directory, ready),
    async close() {
      watches.close();
      await drafts.close();
    },
  };

  async function holdsText(key: string): Promise<boolean> {
    const newest = await readNewest(recordFolder(directory, key));
    return newest !== undefined && newest.kind !== 'gone';
  }
}

/** The number never comes again for a key, and the id tells apart what somebody else put there under it. */
function versionOf({ number, id }: { number: number; id: string }): string {
  return `${number}.${id}`;
}

function versionIfAny(version: VersionFile | undefined): string | undefined {
  return version && version.kind !== 'gone' ? versionOf(version) : undefined;
}
