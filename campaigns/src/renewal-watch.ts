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
  /** Ends all tokens by this. */
  endTokens(end: () => Promise<unknown>): Promise<void>;
  /**
   * Whether a renewal crossed the last end of all tokens before this time: begun or ended less than the quarter before it, or while
   * it was on its way. A busy machine tells {@link quarterPassed} of it too late. To be asked when all messages have come.
   */
  wasCrossed(at: number): boolean;
}

/** More than a quarter: the tokens were received before their worker told. */
const MARGIN_MS = 50;

export function watchRenewals(lifeMs: number): RenewalWatch {
  const apartMs = lifeMs / 4 + MARGIN_MS;
  const renewals = [Date.now()];
  const ends: { from: number; to: number }[] = [];
  return {
    hear(message) {
      if (message.type !== 'event') return;
      if (message.event === 'renewal_started' || message.event === 'renewed') renewals.push(message.at);
    },
    async quarterPassed() {
      const left = () => (renewals.at(-1) ?? 0) + apartMs - Date.now();
      while (left() > 0) await pause(left());
    },
    async endTokens(end) {
      const from = Date.now();
      await end();
      ends.push({ from, to: Date.now() });
    },
    wasCrossed(at) {
      const last = ends.findLast(({ from }) => from <= at);
      return last !== undefined && renewals.some((time) => time > last.from - apartMs && time < last.to);
    },
  };
}
