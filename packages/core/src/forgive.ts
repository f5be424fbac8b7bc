/**
 * Lets a promise fail unheard, where nobody waits for it: a callback returned one that was not to return any, or ends one
 * that its caller left. An unhandled rejection would end the process. Anything else passes.
 * @returns whether it was a promise
 */
export function forgive(value: unknown): boolean {
  if (typeof (value as PromiseLike<unknown> | null | undefined)?.then !== 'function') return false;
  Promise.resolve(value).catch(() => undefined);
  return true;
}
