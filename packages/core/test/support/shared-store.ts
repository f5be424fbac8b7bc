import { type Seed, seedFrom } from '@everbearer/core';
import type { StoredText, TokenBackend } from '@everbearer/core/contract';

/** A durable store that several managers share, with the accidents that befall stores. */
export interface SharedStore {
  backend: TokenBackend;
  /** The note beside the newest text; a cut of the power takes what it says. */
  readonly note: string | undefined;
  loseNote(): void;
  /** The newest text. */
  readonly text: string | undefined;
  removeByHand(): void;
  /** Takes the store out of sight, as a volume that is not mounted; what is returned brings it back as it was. */
  moveAway(): () => void;
  /** What is stored becomes this text, as after an accident. */
  overwrite(text: string): void;
  snapshot(): () => void;
  readonly saves: number;
  /** How many wait for hints. */
  readonly listeners: number;
}

export function sharedStore({ durable = true, hints = false, notes = true } = {}): SharedStore {
  const texts = new Map<string, StoredText>();
  const listening = new Set<() => void>();
  let saves = 0;
  return {
    backend: {
      ...(hints && {
        watch(_key: string, hint: () => void) {
          listening.add(hint);
          return () => void listening.delete(hint);
        },
      }),
      capabilities: { cas: 'shared', durable, writable: true },
      load: async (key) => texts.get(key),
      async save(key, data, expected, { note } = {}) {
        const before = texts.get(key);
        if (before?.version !== expected) return undefined;
        const version = String(++saves);
        const beside = notes && before && note !== undefined;
        texts.set(key, beside ? { data: before.data, version, note } : { data, version });
        for (const hint of [...listening]) hint();
        return version;
      },
    },
    get text() {
      return [...texts.values()][0]?.data;
    },
    get note() {
      return [...texts.values()][0]?.note;
    },
    loseNote() {
      for (const [key, stored] of texts) texts.set(key, { ...stored, note: '' });
    },
    get saves() {
      return saves;
    },
    get listeners() {
      return listening.size;
    },
    removeByHand: () => texts.clear(),
    moveAway() {
      const away = new Map(texts);
      texts.clear();
      return () => {
        texts.clear();
        for (const [key, text] of away) texts.set(key, text);
      };
    },
    overwrite(text) {
      for (const key of texts.keys()) texts.set(key, { data: text, version: String(++saves) });
    },
    snapshot() {
      const copy = new Map(texts);
      return () => {
        texts.clear();
        for (const [key, stored] of copy) texts.set(key, { ...stored, version: String(++saves) });
      };
    },
  };
}

/** A read-only backend that holds one seed; it can be changed, as a mounted secret is. */
export function seedOf(first: string | undefined): {
  backend: TokenBackend;
  seed: Seed;
  change(text: string): void;
} {
  let text = first;
  const backend: TokenBackend = {
    capabilities: { cas: 'none', durable: true, writable: false },
    load: async () => (text === undefined ? undefined : { data: text, version: text }),
    save: async () => {
      throw new Error('read-only');
    },
  };
  return {
    backend,
    seed: seedFrom(backend),
    change(next) {
      text = next;
    },
  };
}
