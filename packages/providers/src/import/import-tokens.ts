import { ConfigurationError } from '@everbearer/core';
import { requireMembers } from '../options/require-option.ts';
import { importFlatToken, isFlatToken } from './flat-token.ts';
import type { ImportedTokens } from './imported-tokens.ts';
import { importMsalCache, isMsalCache } from './msal-cache.ts';
import { TokenImportError } from './token-import-error.ts';

/** Options of `importTokens()`. */
export interface ImportOptions {
  /** What the text is called in messages, for instance its path. Default `The token file`. */
  name?: string | undefined;
}

const KNOWN = Object.keys({ name: true } satisfies Record<keyof ImportOptions, true>);

/** In characters. Caches of thousands of accounts are smaller. */
const LARGEST_TEXT = 16 * 1024 * 1024;

/**
 * Reads what another library stored, so that nobody has to sign in again: a token file of Python-O365, 2.0 or 2.1, or
 * the serialized cache of MSAL for Python or for Node. Returns one entry for each account at each client. Pure: nothing
 * is redeemed, and nothing is written.
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
  const value = parsed(text.replace(/^\ufeff/, '').trim(), name);
  const damaged = (what: string) =>
    new TokenImportError({
      code: 'damaged',
      message: `${name} is damaged: ${what}. Restore it from a backup, or sign in again.`,
    });
  const imported = isFlatToken(value)
    ? [importFlatToken(value, damaged)]
    : isMsalCache(value)
      ? importMsalCache(value, damaged)
      : unknownLayout(name);
  if (imported.length > 0) return imported;
  throw new TokenImportError({
    code: 'no_tokens',
    message: `${name} holds no tokens of a person. Sign in again; a program that acts as itself needs no import, only grant: 'client_credentials'.`,
  });
}

function parsed(text: string, name: string): unknown {
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
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text.
    throw unparsable(text, name);
  }
}

function unparsable(text: string, name: string): TokenImportError {
  if (looksEncrypted(text)) {
    return new TokenImportError({
      code: 'encrypted',
      message: `${name} is encrypted, or not a text. Decrypt it with the program that wrote it (in Python-O365 the cryptography_manager of its token backend) and import what comes out.`,
    });
  }
  const remedy = /^[{["]/.test(text)
    ? 'It was cut off or changed: restore it from a backup, or sign in again.'
    : 'Name the token file of the other program; a bare refresh token needs no import: signIn({ refreshToken }).';
  return new TokenImportError({ code: 'not_json', message: `${name} is not JSON. ${remedy}` });
}

/** Fernet, as Python programs use it; one long base64 text of another kind; or bytes that are not a text. */
function looksEncrypted(text: string): boolean {
  // Control characters other than white space.
  if (/[^\P{Cc}\t\n\v\f\r]|\ufffd/u.test(text.slice(0, 4096))) return true;
  return /^(b')?(gAAAA[\w-]{20,}|[A-Za-z0-9+/_-]{100,})={0,2}'?$/.test(text.replace(/\s+/g, ''));
}

function unknownLayout(name: string): never {
  throw new TokenImportError({
    code: 'unknown_layout',
    message: `${name} is JSON, but neither a token file of Python-O365 nor a cache of MSAL. Name that file; if it was encrypted, decrypt it first.`,
  });
}
