import type { Lease } from '../record/credential-record.ts';
import type { LeaseState } from './decisions.ts';

/** A lease as a look at the store finds it. */
export interface FoundLease {
  lease: Lease | undefined;
  state: LeaseState;
  /** For how long the server forgives that a refresh token comes again. */
  graceMs: number;
  now: number;
}

/**
 * Whether a renewal that nobody will finish should be done again at once, whatever the token in hand is worth: the
 * server may have rotated, and the new refresh token reached nobody. Within the grace the old one still brings
 * another. Without a grace there is nothing to gain, and where old tokens stay valid nothing is lost.
 */
export function isInterrupted({ lease, state, graceMs, now }: FoundLease): boolean {
  // The lease of a seed is about another refresh token than the stored one.
  if (!lease || lease.family !== undefined || state !== 'dead') return false;
  // By clocks that disagree so far that it began in the future, nobody knows what is left of the grace.
  const ageMs = now - lease.startedAt;
  return Number.isFinite(graceMs) && ageMs >= 0 && ageMs < graceMs;
}
