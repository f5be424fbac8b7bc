import { TokenBackendError } from '@everbearer/core';
import type { TokenBackendErrorCode } from '@everbearer/core/contract';

/**
 * What is wrong with the state on disk, and what to do about it. Both name places and numbers, never stored text.
 */
export interface StateFault {
  code: TokenBackendErrorCode;
  detail: string;
  remedy: string;
  /** What is stored can still be read. Default: false. */
  readable?: boolean | undefined;
  cause?: unknown;
}

/** `version`: with `damaged`, the one that a new sign-in may overwrite. */
export function faultError(fault: StateFault, version?: string): TokenBackendError {
  const { code, detail, remedy, cause } = fault;
  return new TokenBackendError({ code, message: `${detail} ${remedy}`, cause, version });
}
