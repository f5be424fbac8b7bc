/**
 * Whether a callback answered with a promise where none is expected. Nobody waits for it, so its rejection is taken out of the
 * way: an unhandled one would end the process.
 */
export function disarmPromise(value: unknown): boolean {
  const thenable = value as PromiseLike<unknown> | null | undefined;
  if (typeof thenable !== 'object' || typeof thenable?.then !== 'function') return false;
  thenable.then(undefined, () => undefined);
  return true;
}
