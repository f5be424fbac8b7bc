import type { Clock } from '../clock.ts';
import type { AuthError } from '../errors/auth-error.ts';

/**
 * Refusals that only an operator or a person can mend, repeated for a moment without asking again: a hundred
 * callers of a dead session cost one request, and a new sign-in is still noticed soon.
 */
export interface RefusalMemo {
  remember(audience: string, error: AuthError): void;
  /** @throws {AuthError} the remembered refusal of this audience, while it is young */
  repeat(audience: string): void;
  forget(audience?: string): void;
}

export function createRefusalMemo(clock: Clock, youthMs: number): RefusalMemo {
  const refusals = new Map<string, { error: AuthError; until: number }>();
  return {
    remember(audience, error) {
      refusals.set(audience, { error, until: clock.monotonic() + youthMs });
    },
    repeat(audience) {
      const refusal = refusals.get(audience);
      if (refusal && clock.monotonic() < refusal.until) throw refusal.error;
      refusals.delete(audience);
    },
    forget(audience) {
      if (audience === undefined) refusals.clear();
      else refusals.delete(audience);
    },
  };
}
