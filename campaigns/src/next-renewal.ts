import { within } from './within.ts';
import type { FromWorker } from './worker-messages.ts';

/** Tells which process begins a renewal, for a campaign that strikes in the middle of it. */
export interface NextRenewal {
  /** @param index - of the process that told this */
  hear(index: number, message: FromWorker): void;
  /** The first to begin one from now on; undefined where none does for a minute. */
  next(): Promise<number | undefined>;
}

const PATIENCE_MS = 60_000;

export function watchNextRenewal(): NextRenewal {
  let begun: (index: number) => void = () => undefined;
  return {
    hear(index, message) {
      if (message.type === 'event' && message.event === 'renewal_started') begun(index);
    },
    next() {
      const first = new Promise<number>((resolve) => {
        begun = resolve;
      });
      return within(PATIENCE_MS, first);
    },
  };
}
