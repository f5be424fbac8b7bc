import { setTimeout as pause } from 'node:timers/promises';
import type { FromWorker } from './worker-messages.ts';

/** Knows from what workers tell when their tokens are old enough to be ended. */
export interface RenewalWatch {
  hear(message: FromWorker): void;
  /**
   * Resolves when nobody has begun or ended a renewal for a quarter of a token's life. Until then a token may have been
   * renewed because of a 401, and its caller rightly gets a second one: that does not count as a failure.
   */
  quarterPassed(): Promise<void>;
}

/** More than a quarter: the tokens were received before their worker told. */
const MARGIN_MS = 50;

export function watchRenewals(lifeMs: number): RenewalWatch {
  let lastAt = performance.now();
  return {
    hear(message) {
      if (message.type !== 'event') return;
      if (message.event === 'renewal_started' || message.event === 'renewed') lastAt = performance.now();
    },
    async quarterPassed() {
      const left = () => lastAt + lifeMs / 4 + MARGIN_MS - performance.now();
      while (left() > 0) await pause(left());
    },
  };
}
