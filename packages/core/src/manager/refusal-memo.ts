import type { Clock } from '../clock.ts';
import type { AuthError } from '../errors/auth-error.ts';
import { isLasting } from '../renewal/refusal-table.ts';
import type { Flight } from '../renewal/renewal-context.ts';

/**
 * Brakes after a failure. Refusals that only an operator or a person can mend are repeated for a moment without asking
 * again: a hundred callers of a dead session cost one request, and a new sign-in is still noticed soon.
 */
export interface RefusalMemo {
  /** A flight failed. */
  note(flight: Flight, error: unknown): void;
  /** @throws {AuthError} the refusal of this scope, while it is young */
  repeat(scope: string): void;
  /** Of one scope, or of all. */
  forget(scope?: string): void;
  /** Whether a renewal that no caller waits for may be tried again. `now`: a reading of the monotonic clock. */
  allowsBackground(now: number): boolean;
}

const LONGEST_YOUTH_MS = 1_000;
const BACKGROUND_PAUSE_MS = 1_000;

export function createRefusalMemo(clock: Clock, recheckMs: number): RefusalMemo {
  const youthMs = Math.min(LONGEST_YOUTH_MS, recheckMs);
  const refusals = new Map<string, { error: AuthError; until: number }>();
  let backgroundAfter = Number.NEGATIVE_INFINITY;
  return {
    note({ scope, demand }, error) {
      const now = clock.monotonic();
      backgroundAfter = now + BACKGROUND_PAUSE_MS;
      if (isLasting(error) && demand.claims === undefined)
        refusals.set(scope, { error, until: now + youthMs });
    },
    repeat(scope) {
      const refusal = refusals.get(scope);
      if (refusal && clock.monotonic() < refusal.until) throw refusal.error;
      refusals.delete(scope);
    },
    forget(scope) {
      if (scope === undefined) refusals.clear();
      else refusals.delete(scope);
    },
    allowsBackground: (now) => now >= backgroundAfter,
  };
}
