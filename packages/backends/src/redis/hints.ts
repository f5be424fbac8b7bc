import type { RedisListener } from './redis-port.ts';

/** Hints at changed keys, over one subscription to all of them, begun with the first one to listen. */
export interface Hints {
  watch(key: string, hint: () => void): () => void;
  /** Why there are none; undefined while all is well or nobody has asked yet. */
  readonly refused: unknown;
  close(): void;
}

export function createHints(
  subscribe: (listener: RedisListener) => () => void,
  prefix: string,
  keyOf: (channel: string) => string | undefined,
): Hints {
  const listening = new Map<string, Set<() => void>>();
  let end: (() => void) | undefined;
  let refused: unknown;
  let closed = false;

  const tell = (key: string | undefined) => {
    for (const hint of [...(listening.get(key ?? '') ?? [])]) hint();
  };

  function begin(): () => void {
    return subscribe({
      pattern: `${prefix}:*`,
      onMessage: (channel) => tell(keyOf(channel)),
      onSubscribed() {
        refused = undefined;
        // Whatever was said until now went unheard.
        for (const key of [...listening.keys()]) tell(key);
      },
      onRefused(error) {
        refused = error;
      },
    });
  }

  return {
    get refused() {
      return refused;
    },
    watch(key, hint) {
      // Of its own, so that the same function may be given twice.
      const own = () => hint();
      const hints = listening.get(key) ?? new Set();
      listening.set(key, hints.add(own));
      if (!closed) end ??= begin();
      return () => {
        hints.delete(own);
        if (hints.size === 0 && listening.get(key) === hints) listening.delete(key);
      };
    },
    close() {
      closed = true;
      end?.();
      end = undefined;
    },
  };
}
