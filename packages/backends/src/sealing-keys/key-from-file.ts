import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { currentUser, modeOf } from '../host/current-user.ts';
import { shellQuoted } from '../host/shell-quoted.ts';
import { KEY_BYTES } from '../key/key-bytes.ts';
import { checkHeldKeyOptions, type HeldKey, type HeldKeyOptions, heldKey } from './held-key.ts';

/** Room for a key as text, with white space around it. */
const MOST_BYTES = 256;
/** Every right except reading by the owner. */
const TOO_MUCH = 0o377;

/**
 * The key in a file: its text as `openssl rand -base64 32` prints it, or 32 raw bytes. The file belongs to this
 * user and has mode 0400 or less; a link is followed, as mounted secrets need it, and the file behind it is judged.
 * On Windows, where there are no such modes, the user's profile decides about access.
 * @throws {ConfigurationError} when the file is missing, open to others or to writing, or does not hold a key, or an
 * option is unknown
 */
export function keyFromFile(path: string, options: HeldKeyOptions = {}): HeldKey {
  checkHeldKeyOptions(options, 'keyFromFile(path, { kid })');
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new ConfigurationError({ option: 'path', message: '`path` must be the path of a key file.' });
  }
  const file = resolve(path);
  const make = `Make one with: (umask 377; openssl rand -base64 32 > ${shellQuoted(file)})`;
  const refuse = (what: string, remedy: string, cause?: unknown) =>
    new ConfigurationError({ option: 'path', message: `The key file ${file} ${what}. ${remedy}`, cause });
  const bytes = readWhole(file, refuse, make);
  const found = bytes.length === KEY_BYTES ? bytes : new TextDecoder('latin1').decode(bytes);
  return heldKey(found, { option: 'path', place: `the file ${file}`, remedy: make }, options.kid);
}

type Refuse = (what: string, remedy: string, cause?: unknown) => ConfigurationError;

function readWhole(file: string, refuse: Refuse, make: string): Uint8Array {
  let descriptor: number | undefined;
  try {
    // Judged by the descriptor, so that what is judged is what is read. Opening a pipe does not wait for its writer.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const fault = unfit(file, fstatSync(descriptor));
    if (fault) throw refuse(...fault);
    const bytes = new Uint8Array(MOST_BYTES + 1);
    const length = readSync(descriptor, bytes);
    if (length === 0) throw refuse('is empty', make);
    if (length > MOST_BYTES) throw refuse('is too long for a key', make);
    return bytes.slice(0, length);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw refuse('does not exist', make, error);
    const user = currentUser();
    const uid = user ? ` (uid ${user.uid})` : '';
    const remedy = `Let it belong to the user that this process runs as${uid}, with mode 0400.`;
    throw refuse(`cannot be read (${code})`, remedy, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unfit(file: string, stats: Stats): [what: string, remedy: string] | undefined {
  if (!stats.isFile()) return ['is not a regular file', 'Name the file that holds the key.'];
  const user = currentUser();
  if (!user) return undefined;
  if (stats.uid !== user.uid) {
    return [
      `belongs to uid ${stats.uid}, and this process runs as uid ${user.uid}`,
      `Run: chown ${user.uid} ${shellQuoted(file)}`,
    ];
  }
  if ((stats.mode & TOO_MUCH) === 0) return undefined;
  return [
    `has mode ${modeOf(stats.mode & 0o777)}, and only its owner may read a key`,
    `Run: chmod 0400 ${shellQuoted(file)}`,
  ];
}
