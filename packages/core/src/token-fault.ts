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

/**
 * What makes a token of this type unusable: it is neither Bearer, nor DPoP with something to prove possession by. Types are
 * compared without regard to case (RFC 6749 section 5.1).
 */
export function typeFault(tokenType: unknown, proof: unknown): string | undefined {
  if (tokenType === undefined) return undefined;
  if (!isDpop(tokenType)) return /^bearer$/i.test(`${tokenType}`) ? undefined : 'is not of the type Bearer';
  return proof ? undefined : 'is of the type DPoP, which needs a provider that makes proofs (`dpop: true`)';
}

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-5 */
export function isDpop(tokenType: unknown): boolean {
  return /^dpop$/i.test(`${tokenType}`);
}
