import { type Clock, stopwatch } from '../clock.ts';

/**
 * Tells how long a request that is sent now may wait for its answer under a lease that this process holds, in
 * milliseconds, so that its commit still has time to follow. By both clocks: the wall clock may have been set, the
 * monotonic one may have stood still while the machine slept. Of the two answers the smaller one counts.
 */
export type LeaseTime = () => number;

/** The part of a lease that is kept for the commit: an eighth. */
const COMMIT_SHARE = 1 / 8;

/** Begins now: to be called right before the lease is saved, so that no other process sees it end before this one. */
export function leaseTime(clock: Clock, leaseTtlMs: number): LeaseTime {
  const ageMs = stopwatch(clock);
  return () => Math.max(0, leaseTtlMs * (1 - COMMIT_SHARE) - ageMs());
}
