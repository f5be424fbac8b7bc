import type { Clock } from '../clock.ts';
import { TokenRejectedError } from '../errors/token-rejected-error.ts';

/** Keeps a resource server that asks for other claims with each answer from costing a renewal with each request. */
export interface ClaimsBrake {
  /**
   * A renewal for claims is about to begin.
   * @param floorMs - the least time between two renewals of this scope
   * @throws {TokenRejectedError} when others went before it only a moment ago
   */
  pass(scope: string, floorMs: number): void;
}

/** Two servers may each have claims of their own at the same moment. */
const AT_ONCE = 2;
const LONGEST_PAUSE_MS = 5 * 60_000;

interface Passed {
  count: number;
  nextAt: number;
  /** From here on what went before is forgotten. */
  calmAt: number;
}

/** Lets two through at once, and further ones after a pause that grows until it is quiet for as long. */
export function createClaimsBrake({ monotonic }: Pick<Clock, 'monotonic'>): ClaimsBrake {
  const scopes = new Map<string, Passed>();
  return {
    pass(scope, floorMs) {
      const now = monotonic();
      const before = scopes.get(scope);
      const count = before && now < before.calmAt ? before.count : 0;
      if (before && count >= AT_ONCE && now < before.nextAt)
        throw new TokenRejectedError({ message: OTHER_CLAIMS });
      const pauseMs = Math.min(floorMs * 2 ** Math.min(Math.max(count - 1, 0), 10), LONGEST_PAUSE_MS);
      scopes.set(scope, { count: count + 1, nextAt: now + pauseMs, calmAt: now + 2 * pauseMs });
    },
  };
}

const OTHER_CLAIMS =
  'The resource server asked for other claims than those that the token was renewed for a moment ago. The next renewal for claims has to wait for a pause; look at what the challenges of that server ask for.';
