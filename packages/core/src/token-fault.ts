const LONGEST_TOKEN = 16 * 1024;

/** What makes a value unusable as a token, in words that never quote it; undefined when it is fine. */
export function tokenFault(token: unknown): string | undefined {
  if (typeof token !== 'string') return 'is not a string';
  if (token === '') return 'is empty';
  if (token.length > LONGEST_TOKEN) return 'is longer than 16 KiB';
  if (!/^[\x21-\x7e]+$/.test(token))
    return 'holds a space, a line break or another character no header can carry';
  return undefined;
}

/** Whether a token of this type is sent as Bearer: types are compared without regard to case (RFC 6749 section 5.1). */
export function isBearer(tokenType: unknown): boolean {
  return tokenType === undefined || (typeof tokenType === 'string' && /^bearer$/i.test(tokenType));
}
