/**
 * Handles the rejection of a promise that nobody waits for, such as one from a callback that should return nothing: an
 * unhandled rejection would end the process. Any other value is ignored.
 * @param onFault - hears that it failed
 * @returns whether it was a promise
 */
export function forgive(value: unknown, onFault: () => void = () => undefined): boolean {
  try {
    if (typeof (value as PromiseLike<unknown> | null | undefined)?.then !== 'function') return false;
  } catch {
    // A value whose `then` cannot be read is not a promise.
    return false;
  }
  Promise.resolve(value).catch(onFault);
  return true;
}

/** What a callback says at once; undefined where it throws, or returns a promise. */
export function toldBy(callback: () => unknown): unknown {
  try {
    const told = callback();
    return forgive(told) ? undefined : told;
  } catch {
    return undefined;
  }
}
