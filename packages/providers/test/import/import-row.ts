import type { TokenImportErrorCode } from '@everbearer/providers/import';

/** In every token of the corpus; never in an error, nor in what is printed of a result. */
export const MARK = 'SECRET';
export const AT = `at-${MARK}-1`;
export const RT = `rt-${MARK}-1`;

/** What one entry of the result holds. What is not named must not be there. */
export interface Found {
  account: string;
  username?: string;
  clientId?: string;
  tenantId?: string;
  scopes: string[];
  lastRenewedAt?: number;
  tokens: Record<string, unknown>;
}

export interface Refused {
  code: TokenImportErrorCode;
  /** Part of the message. */
  says: string;
}

export type ImportRow = readonly [what: string, text: string, outcome: Found[] | Refused];

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that names a person and carries no signature. */
export const idTokenOf = (claims: object) =>
  `${base64url({ typ: 'JWT', alg: 'RS256' })}.${base64url(claims)}.c2ln`;
/** As Python writes it. */
export const written = (value: unknown) => JSON.stringify(value, null, 4);

export const TENANT = '7d5a0e3c-2f6b-4d1e-9c43-5be7a2b1c001';
export const CLIENT = '3f1c2b7a-6d94-4e0f-8a55-90c1d2e3f401';
export const ADA = '689ff7b2-ca28-4966-aba8-e30c9682718b';
export const GRACE = '1faba2be-2dab-434e-a138-9004c01e1492';
