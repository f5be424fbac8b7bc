import { isLoopback } from '@everbearer/core/contract';

/** Why an address may not receive secrets, in words that never quote it; undefined if it may. */
export function endpointFault(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'is not an absolute URL';
  }
  if (url.username || url.password) return 'contains a user name or a password';
  if (url.hash) return 'contains a fragment';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined;
  return 'must be an https address; http is for loopback only';
}
