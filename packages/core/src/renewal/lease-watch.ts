import type { Clock } from '../clock.ts';
import type { Lease } from '../record/credential-record.ts';
import { isReplayFatal, type LeaseState, leaseState, type ReplayRules } from './lease-state.ts';

/** Remembers since when a lease has stood unchanged, by this process's monotonic clock. */
export interface LeaseWatch {
  stateOf(lease: Lease | undefined): LeaseState;
  /** How long the lease that `stateOf` saw last has stood there, in milliseconds. */
  readonly unchangedMs: number;
  /** Notes a lease as this manager's. One that is met again was left behind, since renewals run one by one. */
  own(id: string): void;
  /** Nothing was sent under this lease of mine, so it does not count while it stands. */
  unused(id: string): undefined;
}

export interface LeaseWatchOptions {
  clock: Clock;
  profile: ReplayRules;
  isHolderAlive(holder: string): boolean | undefined;
}

export function createLeaseWatch({ clock, profile, isHolderAlive }: LeaseWatchOptions): LeaseWatch {
  let seen: { id: string; since: number } | undefined;
  let mine: string | undefined;
  let idle: string | undefined;
  const watch: LeaseWatch = {
    own(id) {
      mine = id;
    },
    unused(id) {
      idle = id;
    },
    get unchangedMs() {
      return seen ? clock.monotonic() - seen.since : 0;
    },
    stateOf(lease) {
      if (!lease || lease.id === idle) {
        seen = undefined;
        return 'none';
      }
      if (seen?.id !== lease.id) seen = { id: lease.id, since: clock.monotonic() };
      return leaseState({
        lease,
        holderAlive: lease.id === mine ? false : isHolderAlive(lease.holder),
        unchangedMs: watch.unchangedMs,
        replayIsFatal: isReplayFatal(profile, Math.max(watch.unchangedMs, clock.now() - lease.startedAt)),
      });
    },
  };
  return watch;
}
