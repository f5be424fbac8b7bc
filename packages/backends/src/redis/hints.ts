import { createKeyedHints, type Hint } from '../keyed-hints.ts';
import type { RecordNames } from './record-names.ts';
import type { RedisListener } from './redis-port.ts';

/** Hints at changed keys, over one subscription to all of them that begins with the first hint asked for. */
export interface Hints {
  watch(key: string, hint: Hint): () => void;
  close(): void;
}

export function createHints(subscribe: (listener: RedisListener) => () => void, names: RecordNames): Hints {
  const hints = createKeyedHints();
  let end: (() => void) | undefined;
  let closed = false;

  const listener: RedisListener = {
    pattern: names.all,
    onMessage(channel, message) {
      const key = names.keyOf(channel);
      if (key !== undefined) hints.tell(key, message || undefined);
    },
    onSubscribed() {
      // What was published before this moment was missed.
      for (const key of hints.keys()) hints.tell(key);
    },
    // `check()` reports it, and those who wait for a change also look.
    onRefused: () => undefined,
  };

  return {
    watch(key, hint) {
      const remove = hints.add(key, hint);
      if (!closed) end ??= subscribe(listener);
      return remove;
    },
    close() {
      closed = true;
      end?.();
      end = undefined;
    },
  };
}
