import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileBackend, fileBackend } from '@everbearer/backends/file';
import type { SaveOptions } from '@everbearer/core/contract';

const KEY = 'record';
const RESERVE = 33 * 1024;

const OLDER = 'older still';
const OLD = 'the old text';

const NOTE = 'a lease, as a note';

interface SaveOfKind {
  old: string | undefined;
  /** Space for it is reserved, by a lease in the text, or beside it. */
  reserved: false | 'in the text' | 'beside it';
  options: SaveOptions;
}

/** The saves that a renewal is made of, the first one of all, and those of a sign-out. */
export const SAVES = {
  'a first save': { old: undefined, reserved: false, options: {} },
  'a lease': { old: OLD, reserved: false, options: { reserveBytes: RESERVE, note: NOTE } },
  'a lease that is taken over': {
    old: OLD,
    reserved: 'beside it',
    options: { reserveBytes: RESERVE, note: NOTE },
  },
  'a lease of a seed': { old: OLD, reserved: false, options: { reserveBytes: RESERVE } },
  'a commit': { old: OLD, reserved: 'beside it', options: {} },
  'a commit over a lease in the text': { old: OLD, reserved: 'in the text', options: {} },
  'a save without a lease': { old: OLD, reserved: false, options: {} },
  'a save that erases': { old: OLD, reserved: false, options: { eraseOlder: true } },
  'a save that erases, in the middle of a renewal': {
    old: OLD,
    reserved: 'beside it',
    options: { eraseOlder: true },
  },
} as const satisfies Record<string, SaveOfKind>;
export type SaveKind = keyof typeof SAVES;

const LEASED = 'the old text, with a lease';
export const NEW_TEXT = `the new text ${'n'.repeat(2_000)}`;

/** A directory in which everything is as it is right before that save. */
export interface Stage extends Disposable {
  around: string;
  directory: string;
  backend: FileBackend;
  save(): Promise<string | undefined>;
}

export async function stage(kind: SaveKind): Promise<Stage> {
  const { old, reserved, options }: SaveOfKind = SAVES[kind];
  const around = mkdtempSync(join(tmpdir(), 'save-'));
  const directory = join(around, 'state');
  const backend = fileBackend({ directory });
  let version = old === undefined ? undefined : await backend.save(KEY, OLDER, undefined);
  if (old !== undefined) {
    version = await backend.save(
      KEY,
      old,
      version,
      reserved === 'in the text' ? { reserveBytes: RESERVE } : {},
    );
    if (reserved === 'beside it')
      version = await backend.save(KEY, LEASED, version, { reserveBytes: RESERVE, note: NOTE });
  } else await backend.load(KEY);
  return {
    around,
    directory,
    backend,
    save: () => backend.save(KEY, NEW_TEXT, version, options),
    [Symbol.dispose]: () => rmSync(around, { recursive: true, force: true }),
  };
}

/**
 * What is wrong with what another process finds there; undefined when nothing is. It must be the old text or the new
 * one, whole, and the new one where the save was acknowledged; and the store must go on from there. Where the save
 * erases, nothing older is there once it was acknowledged, or once a process has seen the new text.
 */
export async function wrongWith(
  directory: string,
  kind: SaveKind,
  acknowledged: boolean,
): Promise<string | undefined> {
  const backend = fileBackend({ directory });
  const { old, reserved, options }: SaveOfKind = SAVES[kind];
  const erases = options.eraseOlder === true;
  // A note over a note is a text.
  const isNote = options.note !== undefined && reserved !== 'beside it';
  try {
    if (erases && acknowledged && holdsOlder(directory)) return 'what was to be erased is there';
    const found = await backend.load(KEY);
    if (found?.recovered) return 'damage';
    if (erases && found?.data === NEW_TEXT && holdsOlder(directory)) return 'nobody finished the erasing';
    const isNew = isNote ? found?.note !== undefined : found?.data === NEW_TEXT;
    if (acknowledged && !isNew) return 'an acknowledged save is lost';
    if (isNote ? found?.data !== old : !isNew && found?.data !== old)
      return 'neither the old text nor the new';
    const hadNote = reserved === 'beside it' && !isNew;
    if ((found?.note !== undefined) !== (hadNote || (isNote && isNew)))
      return 'a note that should not be there, or none';
    // A power cut may take what it says.
    if (found?.note && found.note !== NOTE) return 'half a note';
    const next = await backend.save(KEY, 'the next', found?.version);
    return next === undefined ? 'the next save conflicts with nobody' : undefined;
  } catch (error) {
    return `an error: ${(error as Error).message}`;
  } finally {
    await backend.close();
  }
}

function holdsOlder(directory: string): boolean {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
  return texts.some((text) => text.includes(OLDER) || text.includes(OLD));
}
