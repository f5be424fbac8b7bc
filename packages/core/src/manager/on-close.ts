/** By this, what has to end together with a token manager learns that it was closed. */
export const ON_CLOSE: unique symbol = Symbol('everbearer.onClose');

/** A token manager that tells when it is closed. One that a user wrote does not. */
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
