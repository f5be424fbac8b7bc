/**
 * Lets a promise fail unheard, where nobody waits for it: a callback returned one that was not to return any, or ends one
 * that its caller left. Anything else passes.
 */
export function forgive(value: unknown): void {
  if (value) Promise.resolve(value).catch(() => undefined);
}
