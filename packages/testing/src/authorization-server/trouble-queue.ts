import { checkTrouble } from './check-trouble.ts';
import type { Trouble } from './trouble.ts';

/** Scripted troubles, consumed one by one in the order given. */
export interface TroubleQueue {
  /** @throws {ConfigurationError} naming what is unknown, wrong or missing in a trouble; none is added then */
  script(...troubles: Trouble[]): void;
  clear(): void;
  readonly waiting: number;
  take(grant: string): Trouble | undefined;
}

/** No trouble waits yet. */
export function createTroubleQueue(): TroubleQueue {
  let queue: Trouble[] = [];
  return {
    script(...troubles) {
      for (const trouble of troubles) checkTrouble(trouble);
      queue.push(...troubles);
    },
    clear() {
      queue = [];
    },
    get waiting() {
      return queue.length;
    },
    take(grant) {
      const index = queue.findIndex(({ grant: only }) => (only ? only === grant : grant !== 'revocation'));
      return index < 0 ? undefined : queue.splice(index, 1)[0];
    },
  };
}
