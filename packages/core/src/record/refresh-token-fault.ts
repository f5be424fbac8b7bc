import { LONGEST_REFRESH_TOKEN } from './limits.ts';

/**
 * What keeps a value from being stored as a refresh token, in words that never quote it; undefined when it can be kept.
 * The grammar allows each printable ASCII character, the space among them; no header carries it.
 * @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.17
 */
export function refreshTokenFault(token: unknown): string | undefined {
  if (typeof token !== 'string') return 'is not a string';
  if (token === '') return 'is empty';
  if (!/^[\x20-\x7e]+$/.test(token))
    return 'holds a line break or another character that refresh tokens do not have';
  // As it is stored: JSON writes two characters for some.
  if (JSON.stringify(token).length > LONGEST_REFRESH_TOKEN) return 'is longer than 32 KiB';
  return undefined;
}
