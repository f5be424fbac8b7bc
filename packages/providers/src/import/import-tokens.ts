import { ConfigurationError } from '@everbearer/core';
import { requireMembers } from '../options/require-option.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importConfiguration, importJson, KNOWN_LAYOUTS } from './known-layouts.ts';
import type { Damaged } from './stored-value.ts';
import { TokenImportError } from './token-import-error.ts';

/** Options of `importTokens()`. */
export interface ImportOptions {
  /** What the text is called in messages, for instance its path. Default `The token file`. */
  name?: string | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({ name: true } satisfies Record<keyof ImportOptions, true>);

/** In characters. Caches of thousands of accounts are smaller. */
const LARGEST_TEXT = 16 * 1024 * 1024;

/**
 * Reads what another program or library stored, so that nobody has to sign in again: see {@link TokenLayout} for which. The
 * layout is recognised by what is in the text. Returns one entry for each account at each client. Pure: nothing is redeemed,
 * and nothing is written.
 * @throws {TokenImportError} if it cannot be read, or an entry of it cannot be used
 * @throws {ConfigurationError} if `text` is not a string, or an option is unknown
 */
export function importTokens(text: string, options: ImportOptions = {}): ImportedTokens[] {
  requireMembers('importTokens()', options, KNOWN, "{ name: 'o365_token.txt' }");
  const { name = 'The token file' } = options;
  if (typeof text !== 'string') {
    throw new ConfigurationError({
      option: 'text',
      message: '`text` must be the text of a token file: readFile(path, "utf8").',
    });
  }
  const damaged = (what: string) =>
    new TokenImportError({
      code: 'damaged',
      message: `${name} is damaged: ${what}. Restore it from a backup, or sign in again.`,
    });
  const imported = readText(text.replace(/^\ufeff/, '').trim(), name, damaged);
  if (imported.length > 0) return imported;
  throw new TokenImportError({
    code: 'no_tokens',
    message: `${name} holds no tokens of a person: they are elsewhere (gh keeps them in the keyring of the system, and \`gh auth token\` prints one), or everybody signed out. Sign in again; a program that acts as itself needs no import, only grant: 'client_credentials'.`,
  });
}

function readText(text: string, name: string, damaged: Damaged): ImportedTokens[] {
  if (text === '') {
    throw new TokenImportError({
      code: 'empty',
      message: `${name} is empty. Its last save may have failed: restore it from a backup, or sign in again.`,
    });
  }
  if (text.length > LARGEST_TEXT) {
    throw new TokenImportError({
      code: 'too_large',
      message: `${name} is larger than 16 MiB, so it is not a token file.`,
    });
  }
  const configuration = importConfiguration(text, damaged);
  if (configuration) return configuration;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the text.
    throw unparsable(text, name);
  }
  return importJson(value, damaged) ?? unknownLayout(name);
}

function unparsable(text: string, name: string): TokenImportError {
  const [, instead] = OTHER_FILES.find(([mark]) => text.slice(0, 4096).includes(mark)) ?? [];
  if (instead) return new TokenImportError({ code: 'unknown_layout', message: `${name} ${instead}` });
  if (looksEncrypted(text)) {
    return new TokenImportError({
      code: 'encrypted',
      message: `${name} is encrypted, or not a text. Decrypt it with the program that wrote it (\`rclone config show\`, \`gpg --decrypt\`, in Python-O365 the cryptography_manager of its token backend) and import what comes out.`,
    });
  }
  const remedy = /^[{["]/.test(text)
    ? 'It was cut off or changed: restore it from a backup, or sign in again.'
    : 'Name the token file of the other program; a bare refresh token needs no import: signIn({ refreshToken }).';
  const what = 'neither JSON nor a configuration of rclone or gh';
  return new TokenImportError({ code: 'not_json', message: `${name} is ${what}. ${remedy}` });
}

/** Files that programs keep beside the ones that are known, by a mark in them. */
const OTHER_FILES = [
  [
    'SQLite format 3',
    'is an SQLite database. Import what a row of it holds as JSON; of gcloud, import legacy_credentials/ACCOUNT/adc.json beside it.',
  ],
  [
    'google.oauth2.credentials',
    'is a pickle of Python, as gcalcli 4.5 keeps it. Write credentials.to_json() of what it holds to a file, and import that.',
  ],
] as const;

/** Fernet, as Python programs use it; one long base64 text of another kind; or bytes that are not a text. */
function looksEncrypted(text: string): boolean {
  if (/^-----BEGIN PGP MESSAGE-----|^RCLONE_ENCRYPT_V\d:/m.test(text)) return true;
  // Control characters other than white space.
  if (/[^\P{Cc}\t\n\v\f\r]|\ufffd/u.test(text.slice(0, 4096))) return true;
  // Piece by piece: one expression for all of it runs out of stack over a large file.
  const packed = text
    .replace(/\s+/g, '')
    .replace(/^b'/, '')
    .replace(/'$/, '')
    .replace(/=$/, '')
    .replace(/=$/, '');
  return packed.length >= (packed.startsWith('gAAAA') ? 25 : 100) && !/[^\w+/-]/.test(packed);
}

function unknownLayout(name: string): never {
  throw new TokenImportError({
    code: 'unknown_layout',
    message: `${name} is JSON in no layout that is known. Known are: ${KNOWN_LAYOUTS}. Name that file; if it was encrypted, decrypt it first.`,
  });
}
