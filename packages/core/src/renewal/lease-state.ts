import type { Lease } from '../record/credential-record.ts';

export type LeaseState = 'none' | 'live' | 'dead';

/** How long past its term a lease is surely dead, whatever the difference between two machines' clocks. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

const SHORTEST_LEASE_MS = 1_000;

const LONGEST_LEASE_MS = 10 * 60_000;

export interface LeaseSighting {
  lease: Lease | undefined;
  /** What the backend says of its holder; undefined where it cannot tell. */
  holderAlive: boolean | undefined;
  /** How long this very lease has stood there, on my monotonic clock. */
  unchangedMs: number;
  now: number;
  requestTimeoutMs: number;
}

/** A lease is dead when its holder is, or when it stood still for its term; no wall clock decides alone. */
export function leaseState(sighting: LeaseSighting): LeaseState {
  const { lease, holderAlive, unchangedMs, now, requestTimeoutMs } = sighting;
  if (!lease) return 'none';
  if (holderAlive === false) return 'dead';
  const ttlMs = Math.min(Math.max(lease.ttlMs, SHORTEST_LEASE_MS), LONGEST_LEASE_MS);
  if (unchangedMs >= ttlMs) return 'dead';
  const longOver = now - lease.startedAt > ttlMs + CLOCKS_DIFFER_MS;
  return longOver && unchangedMs >= requestTimeoutMs ? 'dead' : 'live';
}

/** A lease as a look at the store finds it. */
export interface FoundLease {
  lease: Lease | undefined;
  state: LeaseState;
  /** For how long the server forgives that a refresh token comes again. */
  graceMs: number;
  now: number;
}

/**
 * Whether a renewal whose process died should be done again at once, whatever the token in hand is worth: the
 * server may have rotated, and the new refresh token is lost. Within the grace the old one still brings
 * another. Without a grace there is nothing to gain, and where old tokens stay valid nothing is lost.
 */
export function isInterrupted({ lease, state, graceMs, now }: FoundLease): boolean {
  // The lease of a seed is about another refresh token than the stored one.
  if (!lease || lease.family !== undefined || state !== 'dead') return false;
  // Clocks that disagree so far that it began in the future cannot tell what is left of the grace.
  const ageMs = now - lease.startedAt;
  return Number.isFinite(graceMs) && ageMs >= 0 && ageMs < graceMs;
}
