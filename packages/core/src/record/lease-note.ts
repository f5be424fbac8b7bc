import { type CredentialRecord, type Lease, leaseField } from './credential-record.ts';

/** The record with this lease in it. A save of the lease alone is known by the lease, since no text goes with it. */
export function withLease(record: CredentialRecord, lease: Lease): CredentialRecord {
  return { ...record, lease, writeId: lease.id };
}

/**
 * A lease that is kept beside the record. Where its text is lost to a power cut, its holder is, too, and may have redeemed:
 * it counts as just found, so that what the server forgives is done again at once.
 * @param version - of the record; it names a lease whose own name is lost
 */
export function readLease(note: string, version: string, now: number): Lease {
  const lost = { id: version, holder: '', startedAt: now, ttlMs: 0, scope: '', tookOver: false };
  try {
    return leaseField()(JSON.parse(note), 'lease', () => new TypeError());
  } catch {
    return lost;
  }
}
