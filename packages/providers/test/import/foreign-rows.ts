import { randomBytes } from 'node:crypto';
import { AT, type ImportRow, idTokenOf, MARK, RT, written } from './import-row.ts';

/** Stands for the content of a file that Fernet encrypted: version byte 0x80, then the time. */
const FERNET = `gAAAAABn${randomBytes(300).toString('base64url')}==`;

/** What is no token file at all, or cannot be told. */
export const FOREIGN_ROWS: readonly ImportRow[] = [
  ['nothing', '', { code: 'empty', says: 'is empty' }],
  ['spaces and line breaks', ' \n\t\r\n', { code: 'empty', says: 'is empty' }],
  ['a byte order mark alone', '\ufeff', { code: 'empty', says: 'is empty' }],
  ['encrypted with Fernet', FERNET, { code: 'encrypted', says: 'cryptography_manager' }],
  ['encrypted, as Python prints bytes', `b'${FERNET}'`, { code: 'encrypted', says: 'Decrypt it' }],
  ['encrypted, in lines', `${FERNET.replace(/.{64}/g, '$&\n')}\n`, { code: 'encrypted', says: 'Decrypt it' }],
  ['base64 of something', randomBytes(200).toString('base64'), { code: 'encrypted', says: 'Decrypt it' }],
  ['bytes that are no text', randomBytes(500).toString('utf8'), { code: 'encrypted', says: 'or not a text' }],
  ['text with zero bytes in it', `\0\0${RT}`, { code: 'encrypted', says: 'or not a text' }],
  [
    'UTF-16',
    Buffer.from(written({ refresh_token: RT }), 'utf16le').toString('utf8'),
    { code: 'encrypted', says: 'or not a text' },
  ],
  ['a bare refresh token', RT, { code: 'not_json', says: 'signIn({ refreshToken })' }],
  ['a bare access token', idTokenOf({ scp: MARK }), { code: 'not_json', says: 'needs no import' }],
  ['a page', `<!doctype html><title>${MARK}</title>`, { code: 'not_json', says: 'Name the token file' }],
  [
    'lines of settings',
    `CLIENT_SECRET=${MARK}\nTOKEN=${RT}\n`,
    { code: 'not_json', says: 'Name the token file' },
  ],
  [
    'a list of tokens',
    written([{ access_token: AT }]),
    { code: 'unknown_layout', says: 'in no layout that is known' },
  ],
  ['a text in JSON', written(RT), { code: 'unknown_layout', says: 'in no layout that is known' }],
  ['null', 'null', { code: 'unknown_layout', says: 'in no layout that is known' }],
  ['a number', '17', { code: 'unknown_layout', says: 'in no layout that is known' }],
  ['an empty object', '{}', { code: 'unknown_layout', says: 'in no layout that is known' }],
  [
    'JSON of something encrypted',
    written({ ciphertext: FERNET, nonce: MARK }),
    { code: 'unknown_layout', says: 'decrypt it first' },
  ],
  [
    'a token inside something',
    written({ token: { access_token: AT } }),
    { code: 'unknown_layout', says: 'Name that file' },
  ],
  ['brackets without an end', '['.repeat(1_000_000), { code: 'not_json', says: 'cut off' }],
  [
    'brackets a million deep',
    `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`,
    { code: 'unknown_layout', says: 'in no layout that is known' },
  ],
  [
    '17 MiB',
    `{"refresh_token":"${MARK.repeat(3_000_000)}"}`,
    { code: 'too_large', says: 'larger than 16 MiB' },
  ],
];
