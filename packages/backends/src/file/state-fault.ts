import { TokenBackendError, type TokenBackendErrorCode } from '@everbearer/core';

/**
 * What is wrong with the state on disk, and what mends it: both name places and numbers, never stored text.
 */
export interface StateFault {
  code: TokenBackendErrorCode;
  detail: string;
  remedy: string;
  cause?: unknown;
}

/** `version`: with `damaged`, what a new sign-in may overwrite. */
export function faultError(fault: StateFault, version?: string): TokenBackendError {
  const { code, detail, remedy, cause } = fault;
  const options = version === undefined ? { code, cause } : { code, cause, version };
  return new TokenBackendError({ ...options, message: `${detail} ${remedy}` });
}
