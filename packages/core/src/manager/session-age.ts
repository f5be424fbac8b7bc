import { type Clock, stopwatch } from '../clock.ts';
import type { TokenStatus } from './token-status.ts';

/** How long a session has not been used, told by clocks each of which may be wrong. */
export interface SessionAge {
  /**
   * Tells it, in milliseconds. Where its last use lies in the future by more than `toleranceMs`, the age is unknown:
   * Infinity. Where a renewal was seen from here, the age is the time since then by the clocks here, whatever the record
   * says.
   */
  of(status: Pick<TokenStatus, 'session' | 'signedInAt' | 'renewals'>, toleranceMs: number): number;
}

export function createSessionAge(clock: Clock): SessionAge {
  let seen: { name: string; ageMs: number; since: () => number } | undefined;
  let sinceLook: (() => number) | undefined;

  /** Its age at the moment it is first seen: by its own instants, where they agree with what was seen of it here. */
  function ageNow(lastUsedAt: number, toleranceMs: number): number {
    const told = clock.now() - lastUsedAt;
    const most = sinceLook?.() ?? Number.POSITIVE_INFINITY;
    if (told < -toleranceMs) return most;
    return Math.min(Math.max(told, 0), most);
  }

  return {
    of({ session, signedInAt, renewals }, toleranceMs) {
      const name = `${signedInAt} ${renewals}`;
      if (session && seen?.name !== name) {
        seen = { name, ageMs: ageNow(session.lastUsedAt, toleranceMs), since: stopwatch(clock) };
      }
      sinceLook = stopwatch(clock);
      return session && seen ? seen.ageMs + seen.since() : 0;
    },
  };
}
