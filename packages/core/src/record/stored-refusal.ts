/**
 * A refusal that passes, as the record keeps it. All processes leave what was refused alone until the pause is over;
 * each refusal after that makes the pause longer.
 */
export interface StoredRefusal {
  /** The `code` of the error. */
  code: string;
  status?: number | undefined;
  /** The server's own words, without secrets. */
  description?: string | undefined;
  /** How many came in a row, each after the pause of the one before. */
  failures: number;
  /** When the pause ends by the clock of the writer, and how long it is. */
  notBefore: number;
  pauseMs: number;
  /**
   * `renew()` and new processes keep to this pause as well: the server asked for it (`Retry-After`), or it may have replaced the
   * refresh token in a success without tokens.
   */
  asked?: boolean | undefined;
}

/** Where `refused` of a record counts how often a scope was asked for with claims: no scope has a line break in it. */
export const claimsKey = (scope: string): string => `${scope}\n`;
export const isClaimsKey = (key: string): boolean => key.endsWith('\n');
