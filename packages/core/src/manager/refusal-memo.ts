import type { Clock } from '../clock.ts';
import type { AuthError } from '../errors/auth-error.ts';

/**
 * Refusals that only an operator or a person can mend, repeated for a moment without asking again: a hundred
 * callers of a dead session cost one request, and a new sign-in is still noticed soon.
 */
export interface RefusalMemo {
  remember(scope: string, error: AuthError): void;
  /** @throws {AuthError} the remembered refusal of this scope, while it is young */
  repeat(scope: string): void;
  forget(scope?: string): void;
}

export function createRefusalMemo(clock: Clock, youthMs: number): RefusalMemo {
  const refusals = new Map<string, { error: AuthError; until: number }>();
  return {
    remember(scope, error) {
      refusals.set(scope, { error, until: clock.monotonic() + youthMs });
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
  };
}
