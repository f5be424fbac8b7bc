import { type Clock, stopwatch } from '../clock.ts';
import type { RenewalTiming } from './renewal-context.ts';

/**
 * What is left of a lease that this process holds, by both of its clocks: the wall clock may have been set, the monotonic
 * one may have stood still while the machine slept. The clock that says less is believed.
 */
export interface LeaseTime {
  /** Whether a request that is sent now has `requestTimeoutMs` for its answer, and its commit time to follow. */
  readonly allowsRequest: boolean;
  /** How long a request that is sent now may wait for its answer, in milliseconds. */
  readonly requestLifeMs: number;
}

/** The part of a lease that is kept for the commit: an eighth. */
const COMMIT_SHARE = 1 / 8;

/** Begins now: to be called right before the lease is saved, so that no other process sees it end before this one. */
export function leaseTime(
  clock: Clock,
  { leaseTtlMs, requestTimeoutMs }: Pick<RenewalTiming, 'leaseTtlMs' | 'requestTimeoutMs'>,
): LeaseTime {
  const ageMs = stopwatch(clock);
  const lifeMs = () => leaseTtlMs * (1 - COMMIT_SHARE) - ageMs();
  return {
    get allowsRequest() {
      return lifeMs() >= requestTimeoutMs;
    },
    get requestLifeMs() {
      return Math.max(0, lifeMs());
    },
  };
}
