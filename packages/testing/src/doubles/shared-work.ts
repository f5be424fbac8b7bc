/** Work that callers share: one at a time for each key. */
export interface SharedWork<T> {
  readonly isRunning: boolean;
  /** The work under way for this key, or else new work. */
  join(key: string, begin: () => Promise<T>): Promise<T>;
  /** What is under way is shared with nobody any more. */
  forget(): void;
}

export function createSharedWork<T>(): SharedWork<T> {
  const running = new Map<string, Promise<T>>();
  return {
    get isRunning() {
      return running.size > 0;
    },
    join(key, begin) {
      const known = running.get(key);
      if (known) return known;
      const work = begin();
      running.set(key, work);
      const end = () => {
        if (running.get(key) === work) running.delete(key);
      };
      // Heard also where every caller has left.
      work.then(end, end);
      return work;
    },
    forget: () => running.clear(),
  };
}
