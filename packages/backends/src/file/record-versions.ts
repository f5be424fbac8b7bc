import type { TokenBackendError } from '@everbearer/core';
import type { SaveOptions, StoredText } from '@everbearer/core/contract';
import { cleanFolder } from './clean-folder.ts';
import type { Drafts } from './drafts.ts';
import { draftsIn, eraseOlder, finishErasing } from './erase-older.ts';
import { createKeyFolder, keyFolder } from './key-folder.ts';
import { type Announce, type NewVersion, type Published, publishVersion } from './publish-version.ts';
import { faultError } from './state-fault.ts';
import { LARGEST_TEXT } from './version-content.ts';
import {
  isSafeFolder,
  LAST_NUMBER,
  quarantine,
  readBehind,
  readNewest,
  readVersion,
  type VersionFile,
} from './version-files.ts';

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
  /** Whether there is none because it was erased. */
  wasErased(key: string): Promise<boolean>;
}

export function createRecordVersions(
  directory: string,
  drafts: Drafts,
  isAlive: (writer: string) => boolean | undefined,
  announce: Announce,
): RecordVersions {
  /** The newest version. What should not stand before it is erased on the way. */
  async function newestIn(folder: string): Promise<VersionFile | undefined> {
    const newest = await readNewest(folder);
    if (newest && isFirst(newest)) await finishErasing(folder, newest.number, isAlive);
    return newest;
  }

  /**
   * This version, unless another one has been seen to be the newest: whether one follows it, the link tells. Found by its number,
   * since a renewal lists no folder before it saves.
   */
  async function expectedIn(folder: string, place: Place): Promise<VersionFile | undefined> {
    const [found, isSafe] = await Promise.all([readVersion(folder, place.number), isSafeFolder(folder)]);
    if (!isSafe) return undefined;
    // What is wrong with the newest one is worth an error, and not a conflict.
    const newest = found?.id === place.id ? found : await newestIn(folder);
    if (newest?.number !== place.number || newest.id !== place.id || newest.kind === 'gone') return undefined;
    if (isFirst(newest)) await finishErasing(folder, newest.number, isAlive);
    return newest;
  }

  /** Saves over a version that is looked at while the draft is written. */
  async function saveOver(
    folder: string,
    place: Place,
    data: string,
    { reserveBytes, note }: SaveOptions,
  ): Promise<Published | undefined> {
    let over: VersionFile | undefined;
    const still = (kinds: readonly VersionFile['kind'][]) => async () => {
      over = await expectedIn(folder, place);
      return over !== undefined && kinds.includes(over.kind);
    };
    if (note !== undefined) {
      // Nothing is cleaned up: the commit that follows does.
      const version = { kind: 'note', text: note, over: place, reserveBytes, isStill: still(TEXTS) } as const;
      const published = await publishVersion(folder, drafts, version, announce);
      // A note stands beside a text: over another note, the text that holds both is saved.
      if (published || !over || TEXTS.includes(over.kind)) return published;
    }
    // A note is no secret. A text is not written into a folder before that was looked at.
    if (!(await isSafeFolder(folder))) return undefined;
    const isStill = still([...TEXTS, 'note', 'damaged']);
    return publishAmongOthers(folder, { kind: 'text', text: data, over: place, reserveBytes, isStill });
  }

  /** Publishes a version, and erases everything before it. Undefined when another save was first. */
  async function publishAlone(folder: string, version: NewVersion): Promise<Published | undefined> {
    // Listed before: a draft that is begun later may be of a record that follows this one.
    const doomed = await draftsIn(folder);
    const published = await publishVersion(folder, drafts, version, announce);
    if (!published) return undefined;
    await eraseOlder(folder, published.names, published.number, doomed);
    await drafts.dropNotes(folder);
    return published;
  }

  async function loadText(folder: string): Promise<StoredText | undefined> {
    const newest = await newestIn(folder);
    const version = versionOf(newest);
    if (newest === undefined || version === undefined) return undefined;
    if (newest.kind === 'note') return loadNoted(folder, newest, version);
    if (newest.kind !== 'damaged') return { data: newest.text, version };
    return loadBehind(folder, newest.number, version);
  }

  /** The text that the note stands beside. */
  async function loadNoted(
    folder: string,
    note: VersionFile,
    version: string,
  ): Promise<StoredText | undefined> {
    const number = note.number - 1;
    const noted = await readVersion(folder, number);
    if (noted?.kind === 'text' || noted?.kind === 'sole')
      return { data: noted.text, version, note: note.text };
    // Cleaned up meanwhile, with the note.
    if (!noted && versionOf(await readNewest(folder)) !== version) return loadText(folder);
    return loadBehind(folder, number, version);
  }

  /** What stands before damage. */
  async function loadBehind(
    folder: string,
    damaged: number,
    version: string,
  ): Promise<StoredText | undefined> {
    await quarantine(folder, damaged);
    const older = await readBehind(folder, damaged);
    if (older && isFirst(older)) await finishErasing(folder, older.number, isAlive);
    if (older && older.kind !== 'gone') return { data: older.text, version, recovered: true };
    throw beyondRepair(folder, damaged, version);
  }

  return {
    load: (key) => loadText(keyFolder(directory, key)),
    async save(key, data, expected, options) {
      refuseOversized(data);
      const folder = keyFolder(directory, key);
      const { reserveBytes, eraseOlder: alone = false } = options;
      if (expected !== undefined && !alone) {
        const place = placeOf(expected);
        return place && nameOf(await saveOver(folder, place, data, options));
      }
      const over = await newestIn(folder);
      if (versionOf(over) !== expected) return undefined;
      if (expected === undefined) await createKeyFolder(folder, key, drafts);
      const publish = alone ? publishAlone : publishAmongOthers;
      return nameOf(await publish(folder, { kind: alone ? 'sole' : 'text', text: data, over, reserveBytes }));
    },
    async erase(key, expected) {
      const folder = keyFolder(directory, key);
      const over = await readNewest(folder);
      if (over === undefined || versionOf(over) !== expected) return false;
      return (await publishAlone(folder, { kind: 'gone', text: '', over })) !== undefined;
    },
    has: async (key) => versionOf(await readNewest(keyFolder(directory, key))) !== undefined,
    wasErased: async (key) => (await newestIn(keyFolder(directory, key)))?.kind === 'gone',
  };

  async function publishAmongOthers(folder: string, version: NewVersion): Promise<Published | undefined> {
    const meanwhile = (names: readonly string[]) => cleanFolder(folder, names, isAlive);
    const published = await publishVersion(folder, drafts, { ...version, meanwhile }, announce);
    // The names of notes are no secret and do no harm, so nobody waits until they are gone.
    if (published) void drafts.dropNotes(folder);
    return published;
  }
}

/** What a version says of itself. */
type Place = Pick<VersionFile, 'number' | 'id'>;

/** Undefined for what this backend never returned. */
function placeOf(version: string): Place | undefined {
  const [, digits = '', id = ''] = /^([1-9]\d{0,15})\.([\w-]+)$/.exec(version) ?? [];
  const number = Number(digits);
  return id !== '' && number <= LAST_NUMBER ? { number, id } : undefined;
}

const nameOf = (place: Place | undefined) => place && `${place.number}.${place.id}`;

/** What a note can stand beside. */
const TEXTS: readonly VersionFile['kind'][] = ['text', 'sole'];

/** Whether nothing may stand before this version. */
function isFirst({ kind }: VersionFile): boolean {
  return kind === 'sole' || kind === 'gone';
}

/**
 * The number does not recur while the directory exists, and the id is different after it was emptied and filled again.
 * A deleted record has no version.
 */
function versionOf(newest: Pick<VersionFile, 'number' | 'id' | 'kind'> | undefined): string | undefined {
  return newest?.kind === 'gone' ? undefined : nameOf(newest);
}

function beyondRepair(folder: string, number: number, version: string): TokenBackendError {
  const detail = `Version ${number} in ${folder} is damaged, and there is no good one before it.`;
  const remedy = 'Restore that folder from a backup, or sign in again, which replaces it.';
  return faultError({ code: 'damaged', detail, remedy }, version);
}

function refuseOversized(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= LARGEST_TEXT) return;
  const detail = `A record of ${bytes} bytes is too large: at most ${LARGEST_TEXT} bytes can be read back.`;
  throw faultError({ code: 'not_writable', detail, remedy: 'Keep other data somewhere else.' });
}
