import type { Clock } from './clock.ts';

/**
 * The moment of repair. After a sign that a shared store lost something, whoever saw it puts back what it has and
 * redeems nothing for a moment, so that a holder of something newer can put that back first.
 */
export interface RepairPause {
  /** How long a moment is, in milliseconds; 0 where nobody shares the store. */
  readonly lengthMs: number;
  /** Something that was lost has just been put back. */
  begin(): void;
  /** A loss that stays visible until somebody saves. The same `sign` seen again begins no new moment. */
  beginOnce(sign: string): void;
  /** The store is whole again: the next loss, though it show the same sign, is another one. */
  mended(): void;
  /** How much of the moment is left, in milliseconds; 0 outside of one. */
  readonly leftMs: number;
  /** Whether what is redeemed now may have been redeemed before the loss: a refusal proves no revocation. */
  readonly suspicious: boolean;
  /** A renewal succeeded: what is held is the newest there is. */
  end(): void;
}

export interface RepairPauseOptions {
  clock: Clock;
  /** 0 where nobody shares the store. */
  lengthMs: number;
}

export function createRepairPause({ clock, lengthMs }: RepairPauseOptions): RepairPause {
  let until: number | undefined;
  let seen: string | undefined;
  const begin = () => {
    until = clock.monotonic() + lengthMs;
  };
  return {
    lengthMs,
    begin,
    beginOnce(sign) {
      if (sign === seen) return;
      seen = sign;
      begin();
    },
    mended() {
      seen = undefined;
    },
    get leftMs() {
      return until === undefined ? 0 : Math.max(0, until - clock.monotonic());
    },
    get suspicious() {
      return until !== undefined;
    },
    end() {
      until = undefined;
    },
  };
}
