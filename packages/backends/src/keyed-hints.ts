/** Called when something may have changed, with the version that is stored by now, where that is known. */
export type Hint = (version?: string) => void;

/** The functions to call when something changes, by what they wait for. */
export interface KeyedHints {
  /**
   * Adds a hint, and returns the function that takes it out. The same hint may be added several times, and taking it
   * out twice takes it out once.
   */
  add(key: string, hint: Hint): () => void;
  /** Calls the hints of that key. */
  tell(key: string, version?: string): void;
  has(key: string): boolean;
  keys(): string[];
  clear(): void;
}

export function createKeyedHints(): KeyedHints {
  const byKey = new Map<string, Set<Hint>>();
  return {
    add(key, hint) {
      const hints = byKey.get(key) ?? new Set();
      // A function of its own for each call, so that the same hint may be added twice.
      const own: Hint = (version) => hint(version);
      byKey.set(key, hints.add(own));
      return () => {
        hints.delete(own);
        if (hints.size === 0 && byKey.get(key) === hints) byKey.delete(key);
      };
    },
    tell(key, version) {
      for (const hint of [...(byKey.get(key) ?? [])]) hint(version);
    },
    has: (key) => byKey.has(key),
    keys: () => [...byKey.keys()],
    clear: () => byKey.clear(),
  };
}
