/** By this a token manager shows what other parts of this package need of it. One that a user wrote has nothing there. */
export const INSIDE: unique symbol = Symbol('everbearer.inside');

/** What a token manager shows to other parts of this package. */
export interface Inside {
  /** Calls `end` once, when the manager is closed, or at once if it is; returns what takes that back. */
  onClose(end: () => void): () => void;
}

export interface WithInside {
  [INSIDE]?: (() => Inside) | undefined;
}

/** @see Inside.onClose */
export function onAbort(signal: AbortSignal): Inside['onClose'] {
  return (end) => {
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    return () => signal.removeEventListener('abort', end);
  };
}
