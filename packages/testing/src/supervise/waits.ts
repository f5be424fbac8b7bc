import type { ChildLife } from './child-life.ts';
import { endText } from './process-end.ts';

/** Waits for what a process tells. */
export interface Waits<From> {
  /** Every wait looks again: at this message, or at the end of the process. */
  look(message?: From): void;
  /** Resolves with the first thing other than `undefined` that `find` returns; it looks at once, then at each message. */
  wait<T>(find: (message?: From) => T | undefined, what: string): Promise<T>;
}

export function createWaits<From>(name: string, life: ChildLife, patienceMs: number): Waits<From> {
  const looks = new Set<(message?: From) => void>();

  function wait<T>(find: (message?: From) => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        clearTimeout(late);
        looks.delete(look);
        outcome();
      };
      const fail = (why: string) => settle(() => reject(new Error(`${why}${life.lastWords()}`)));
      // This timer keeps the process alive while somebody waits.
      const late = setTimeout(
        () => fail(`${name} has not ${what} within ${patienceMs / 1_000} s.`),
        patienceMs,
      );
      const look = (message?: From) => {
        try {
          const found = find(message);
          if (found !== undefined) settle(() => resolve(found));
          else if (life.ending) fail(`${name} ended before it had ${what} (${endText(life.ending)}).`);
        } catch (error) {
          settle(() => reject(error));
        }
      };
      looks.add(look);
      look();
    });
  }

  return {
    wait,
    look(message) {
      for (const look of [...looks]) look(message);
    },
  };
}
