import type { SaveOptions, StoredText } from '@everbearer/core/contract';
import { cleanFolder, eraseBehind } from './clean-folder.ts';
import type { Drafts } from './drafts.ts';
import { createKeyFolder, keyFolder } from './key-folder.ts';
import { publishVersion } from './publish-version.ts';
import { faultError } from './state-fault.ts';
import { LARGEST_TEXT } from './version-content.ts';
import { quarantine, readNewest, textBehind, type VersionFile } from './version-files.ts';

/** The records of a directory, each a series of versions in a folder of its own. */
export interface RecordVersions {
  load(key: string): Promise<StoredText | undefined>;
  save(
    key: string,
    data: string,
    expected: string | undefined,
    options: SaveOptions,
  ): Promise<string | undefined>;
  erase(key: string, expected: string): Promise<boolean>;
  /** Whether there is a record, damaged or not. */
  has(key: string): Promise<boolean>;
}

export function createRecordVersions(
  directory: string,
  drafts: Drafts,
  isAlive: (writer: string) => boolean | undefined,
): RecordVersions {
  return {
    load: (key) => loadText(keyFolder(directory, key)),
    async save(key, text, expected, { reserveBytes }) {
      refuseOversized(text);
      const folder = keyFolder(directory, key);
      const over = await readNewest(folder);
      if (versionOf(over) !== expected) return undefined;
      if (expected === undefined) await createKeyFolder(folder, key, drafts);
      const published = await publishVersion(folder, drafts, { kind: 'text', text, over, reserveBytes });
      if (!published) return undefined;
      await cleanFolder(folder, published.names, isAlive);
      return versionOf({ ...published, kind: 'text' });
    },
    async erase(key, expected) {
      const folder = keyFolder(directory, key);
      const over = await readNewest(folder);
      if (over === undefined || versionOf(over) !== expected) return false;
      const published = await publishVersion(folder, drafts, { kind: 'gone', text: '', over });
      if (published) await eraseBehind(folder, published.names, published.number);
      return published !== undefined;
    },
    has: async (key) => versionOf(await readNewest(keyFolder(directory, key))) !== undefined,
  };
}

/**
 * The number does not recur while the directory exists, and the id is different after it was emptied and filled again.
 * A deleted record has no version.
 */
function versionOf(newest: Pick<VersionFile, 'number' | 'id' | 'kind'> | undefined): string | undefined {
  return newest === undefined || newest.kind === 'gone' ? undefined : `${newest.number}.${newest.id}`;
}

async function loadText(folder: string): Promise<StoredText | undefined> {
  const newest = await readNewest(folder);
  const version = versionOf(newest);
  if (newest === undefined || version === undefined) return undefined;
  if (newest.kind === 'text') return { data: newest.text, version };
  await quarantine(folder, newest.number);
  const data = await textBehind(folder, newest.number);
  if (data !== undefined) return { data, version, recovered: true };
  const detail = `Version ${newest.number} in ${folder} is damaged, and there is no good one before it.`;
  const remedy = 'Restore that folder from a backup, or sign in again, which replaces it.';
  throw faultError({ code: 'damaged', detail, remedy }, version);
}

function refuseOversized(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= LARGEST_TEXT) return;
  const detail = `A record of ${bytes} bytes is too large: at most ${LARGEST_TEXT} bytes can be read back.`;
  throw faultError({ code: 'not_writable', detail, remedy: 'Keep other data somewhere else.' });
}
