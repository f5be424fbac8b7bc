import { type Clock, stopwatch } from '../clock.ts';
import type { TokenStatus } from './token-status.ts';

/** How long a session has not been used, by clocks of which each may be wrong. */
export interface SessionAge {
  /**
   * Tells it, in milliseconds. Of a session whose last use lies in the future by more than `toleranceMs` nothing is known:
   * Infinity. One that was seen to be renewed is as old as the clocks here have gone on since, whatever it says itself.
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
