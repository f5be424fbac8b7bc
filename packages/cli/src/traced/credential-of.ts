/** What an `Authorization` header holds. */
export type Credential =
  /** There is no header. */
  | { kind: 'none' }
  /** There is one, and no token in it: empty, `Bearer`, `Bearer undefined`. */
  | { kind: 'empty' }
  | { kind: 'token'; token: string }
  /** A name and a password, a signature, or something else that is no access token. */
  | { kind: 'other' };

const NO_TOKENS = /^(basic|digest|negotiate|ntlm|aws4-hmac-sha256|signature|hawk|sharedkey)$/i;

/** Reads an `Authorization` header. A value alone, without a scheme, is taken for a token. */
export function credentialOf(header: string | undefined): Credential {
  if (header === undefined) return { kind: 'none' };
  const [, first = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(header) ?? [];
  if (NO_TOKENS.test(first)) return { kind: 'other' };
  const token = rest === '' && !/^(bearer|dpop|token)$/i.test(first) ? first : rest;
  return /^(undefined|null)?$/.test(token) ? { kind: 'empty' } : { kind: 'token', token };
}
