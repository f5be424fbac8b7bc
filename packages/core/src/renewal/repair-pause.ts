import type { Clock } from '../clock.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { pausedRecord } from '../record/record-transitions.ts';

/**
 * The moment of repair. After a sign that a shared store lost something, the process that saw it puts back what it has
 * and redeems nothing for a moment, so that a holder of something newer can put that back first.
 */
export interface RepairPause {
  /**
   * Begins the moment. Returns the record that goes into the store, with a pause in it: no process redeems before holders
   * of a newer record had time to put that back.
   */
  putBack(record: CredentialRecord): CredentialRecord;
  /** A loss that stays visible until the next save: seen again it does not begin another moment. */
  beginOnce(): void;
  /** The store is whole again: the next loss is another one. */
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
  /** 0 where no other process shares the store. */
  lengthMs: number;
}

export function createRepairPause({ clock, lengthMs }: RepairPauseOptions): RepairPause {
  let until: number | undefined;
  let isSeen = false;
  const begin = () => {
    until = clock.monotonic() + lengthMs;
  };
  return {
    putBack(record) {
      begin();
      const free = { ...record, lease: undefined };
      if (lengthMs === 0) return free;
      const paused = pausedRecord(free, clock.now(), lengthMs);
      return (record.notBefore ?? 0) > (paused.notBefore as number) ? free : paused;
    },
    beginOnce() {
      if (isSeen) return;
      isSeen = true;
      begin();
    },
    mended() {
      isSeen = false;
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
