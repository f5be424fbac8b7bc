import type { CredentialRecord } from '../record/credential-record.ts';
import { LARGEST_ANSWER } from '../record/limits.ts';
import { type LeaseTime, leaseTime } from './lease-time.ts';
import type { RenewalContext } from './renewal-context.ts';

/** The record with my lease in it, as stored. */
export interface Leased {
  record: CredentialRecord;
  leaseId: string;
  /** When it was taken, by my monotonic clock. */
  takenAt: number;
  /** What is left of it. */
  time: LeaseTime;
}

export type LeaseParts = Pick<
  RenewalContext,
  'clock' | 'timing' | 'store' | 'memory' | 'leases' | 'holder' | 'repair' | 'newId' | 'emit'
>;

export interface LeaseTerms {
  scope: string;
  tookOver: boolean;
  family?: string | undefined;
}

/**
 * Writes "I am about to redeem" by compare-and-save: it excludes others, states the intent, and proves that the
 * store takes a write of the size to come. Undefined when another process wrote first.
 * @throws {TokenBackendError} when the store does not take it; nothing was redeemed
 */
export async function takeLease(
  parts: LeaseParts,
  record: CredentialRecord,
  version: string | undefined,
  terms: LeaseTerms,
): Promise<Leased | undefined> {
  const { clock, timing, store, memory, leases, holder, repair, newId, emit } = parts;
  const leaseId = newId();
  const lease = { id: leaseId, holder, startedAt: clock.now(), ttlMs: timing.leaseTtlMs, ...terms };
  const takenAt = clock.monotonic();
  const time = leaseTime(clock, timing.leaseTtlMs);
  leases.own(leaseId);
  const leased = await store
    // What will be saved is what is there now and the largest answer on top.
    .save({ ...record, lease }, version, { growsBy: LARGEST_ANSWER, besidesLease: record })
    .catch((error: unknown) => {
      // It may be stored all the same, and nothing was sent under it.
      leases.unused(leaseId);
      throw error;
    });
  if (!leased) {
    // Another process wrote: a store that is empty after this has lost something again.
    repair.mended();
    return undefined;
  }
  memory.adopt(leased);
  if (terms.tookOver) emit({ type: 'lease_taken_over' });
  return { record: leased, leaseId, takenAt, time };
}
