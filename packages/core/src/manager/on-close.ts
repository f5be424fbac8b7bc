/** What begins with a token manager and has to end with it hears of its end through this. */
export const ON_CLOSE: unique symbol = Symbol('everbearer.onClose');

/** A token manager that tells of its end. One that a user made has nothing to tell it with. */
export interface Closeable {
  /** Calls `end` once, when the manager is closed, or at once if it is; returns what takes that back. */
  [ON_CLOSE]?: ((end: () => void) => () => void) | undefined;
}

/** @see Closeable */
export function onAbort(signal: AbortSignal): (end: () => void) => () => void {
  return (end) => {
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    return () => signal.removeEventListener('abort', end);
  };
}
