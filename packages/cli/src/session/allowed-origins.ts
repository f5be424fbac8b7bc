import { isLoopback } from '@everbearer/core/contract';

/** Whether the token may go there, by exact origin. */
export function allows(origins: readonly string[], address: string): boolean {
  const asked = safeOrigin(address);
  return asked !== undefined && origins.some((each) => safeOrigin(each) === asked);
}

/** Undefined for an address at which others could read the token. */
export function safeOrigin(address: string): string | undefined {
  const url = URL.parse(address);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe ? url?.origin : undefined;
}
