import type { FromWorker } from './worker-messages.ts';

/** What the calls of all processes came to. */
export interface CallSums {
  calls: number;
  failed: number;
  /** How many failed with what. */
  faults: Record<string, number>;
}

/** What became of the calls of one round. */
export type Outcome = Pick<Extract<FromWorker, { type: 'done' }>, 'ok' | 'faults'>;

export function noCalls(): CallSums {
  return { calls: 0, failed: 0, faults: {} };
}

export function addRound(sums: CallSums, { ok, faults }: Outcome): void {
  sums.calls += ok;
  for (const [fault, count] of Object.entries(faults)) {
    sums.calls += count;
    sums.failed += count;
    sums.faults[fault] = (sums.faults[fault] ?? 0) + count;
  }
}
