import type { ProviderProfile } from '../contract/token-provider.ts';
import type { Lease } from '../record/credential-record.ts';

export type LeaseState = 'none' | 'live' | 'dead';

const SHORTEST_LEASE_MS = 1_000;

const LONGEST_LEASE_MS = 10 * 60_000;

export interface LeaseSighting {
  lease: Lease | undefined;
  /** What the backend says of its holder; undefined where it cannot tell. */
  holderAlive: boolean | undefined;
  /** How long this very lease has stood there, on my monotonic clock. */
  unchangedMs: number;
  /** Whether the server ends the session when the holder's refresh token comes a second time by now. */
  replayIsFatal: boolean;
}

/**
 * Where a replay is fatal, the lease of a living holder stands for so many terms. A process that is stopped may have its
 * request out, and only it can receive the answer: to wait costs time, to redeem costs the session. But it may also never
 * wake.
 */
const TERMS_OF_THE_LIVING = 8;

/**
 * A lease is dead when its holder is, or when it has stood still for its term, which is longer where the holder is known
 * to live and a replay is fatal. The moment at which it began by its holder's clock does not count: with a clock that is
 * ten minutes ahead, living holders would lose their leases.
 */
export function leaseState({ lease, holderAlive, unchangedMs, replayIsFatal }: LeaseSighting): LeaseState {
  if (!lease) return 'none';
  if (holderAlive === false) return 'dead';
  const ttlMs = Math.min(Math.max(lease.ttlMs, SHORTEST_LEASE_MS), LONGEST_LEASE_MS);
  const terms = holderAlive && replayIsFatal ? TERMS_OF_THE_LIVING : 1;
  return unchangedMs >= Math.min(terms * ttlMs, LONGEST_LEASE_MS) ? 'dead' : 'live';
}

/** What a server does with a refresh token that comes again. */
export type ReplayRules = Pick<ProviderProfile, 'rotates' | 'graceMs' | 'graceUntilUsed'>;

/**
 * Whether the server would end the session for a second use of the refresh token that this lease is about. It was
 * presented when the lease began at the earliest.
 */
export function isReplayFatal(
  { rotates, graceMs, graceUntilUsed = false }: ReplayRules,
  leaseAgeMs: number,
): boolean {
  // Who holds this lease has not committed, so nobody has used what it may have been given.
  return rotates !== false && !graceUntilUsed && !(leaseAgeMs < graceMs);
}

/** A lease as a look at the store finds it. */
export interface FoundLease {
  lease: Lease | undefined;
  state: LeaseState;
  /** For how long the server accepts a refresh token a second time. */
  graceMs: number;
  /** How long this very lease has stood there, on my monotonic clock. */
  unchangedMs: number;
  now: number;
}

/**
 * Whether a renewal whose process died should be done again at once, whatever the token in hand is worth: the
 * server may have rotated, and the new refresh token is lost. Within the grace the old one still brings
 * another. Without a grace there is nothing to gain, and where old tokens stay valid nothing is lost.
 */
export function isInterrupted({ lease, state, graceMs, unchangedMs, now }: FoundLease): boolean {
  // The lease of a seed is about another refresh token than the stored one.
  if (!lease || lease.family !== undefined || state !== 'dead') return false;
  // Where the clocks differ so much that it seems to begin in the future, what is left of the grace is unknown.
  const ageMs = now - lease.startedAt;
  return Number.isFinite(graceMs) && ageMs >= 0 && Math.max(ageMs, unchangedMs) < graceMs;
}
