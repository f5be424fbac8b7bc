import type { TokenBackend } from '../contract/token-backend.ts';

/** Hears of changes of a record whose key is still being computed; returns what ends it. */
export function watchKey(backend: TokenBackend, recordKey: Promise<string>, hint: () => void): () => void {
  let ended = false;
  let stop: (() => void) | undefined;
  void recordKey.then((key) => {
    if (!ended) stop = backend.watch?.(key, hint);
  });
  return () => {
    ended = true;
    stop?.();
  };
}
