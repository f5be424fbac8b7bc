/**
 * Lets a promise fail where nobody waits for it: a callback returned one that was not to return any, or ends one that its
 * caller left. An unhandled rejection would end the process. Anything else passes.
 * @param onFault - hears that it failed
 * @returns whether it was a promise
 */
export function forgive(value: unknown, onFault: () => void = () => undefined): boolean {
  try {
    if (typeof (value as PromiseLike<unknown> | null | undefined)?.then !== 'function') return false;
  } catch {
    // A `then` that cannot be read is that of no promise.
    return false;
  }
  Promise.resolve(value).catch(onFault);
  return true;
}
