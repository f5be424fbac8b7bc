import type { Clock } from '../clock.ts';
import type { AuthError } from '../errors/auth-error.ts';
import { isLasting } from './refusal-table.ts';

/**
 * What this process itself remembers of its asks at the token endpoint, by scope and by the monotonic clock: what was
 * refused is left alone for as long as was written down, and for a moment its callers get the same error without a look
 * at the store. So a hundred callers of a dead session cost one request, and a new sign-in is still noticed soon.
 */
export interface RefusalMemory {
  /** Whether a new process has not asked for this scope yet. It asks once, whatever others were told before. */
  isFirst(scope: string): boolean;
  /** A request for this scope is about to leave. */
  asked(scope: string): void;
  /** It was refused, and a pause of this length was written down. */
  refused(scope: string, pauseMs: number): void;
  /** What is left of that pause: machines may disagree on the time. */
  leftMs(scope: string): number;
  /** A flight failed. `scope`: the scope for which that counts; undefined where it counts for one caller alone. */
  failed(error: unknown, scope: string | undefined): void;
  /** @throws {AuthError} the failure of this scope, while it is young, and only an operator or a person can mend it */
  repeat(scope: string): void;
  /** A flight succeeded; or a person signed in or out, where no scope is given: then all are asked for again. */
  forget(scope?: string): void;
  /** Whether a renewal that no caller waits for may be tried again. `now`: a reading of the monotonic clock. */
  allowsBackground(now: number): boolean;
}

const LONGEST_YOUTH_MS = 1_000;
const BACKGROUND_PAUSE_MS = 1_000;

/** @param isNew - false for a manager that goes on where an earlier one of this process was put to sleep */
export function createRefusalMemory(
  { monotonic }: Pick<Clock, 'monotonic'>,
  recheckMs: number,
  isNew: boolean,
): RefusalMemory {
  const restUntil = new Map<string, number>();
  const young = new Map<string, { error: AuthError; until: number }>();
  let backgroundAfter = Number.NEGATIVE_INFINITY;
  return {
    isFirst: (scope) => isNew && !restUntil.has(scope),
    asked: (scope) => void restUntil.set(scope, 0),
    refused: (scope, pauseMs) => void restUntil.set(scope, monotonic() + pauseMs),
    leftMs: (scope) => Math.max(0, (restUntil.get(scope) ?? 0) - monotonic()),
    failed(error, scope) {
      const now = monotonic();
      backgroundAfter = now + BACKGROUND_PAUSE_MS;
      if (scope !== undefined && isLasting(error))
        young.set(scope, { error, until: now + Math.min(LONGEST_YOUTH_MS, recheckMs) });
    },
    repeat(scope) {
      const failure = young.get(scope);
      if (failure && monotonic() < failure.until) throw failure.error;
      young.delete(scope);
    },
    forget(scope) {
      if (scope === undefined) young.clear();
      else young.delete(scope);
    },
    allowsBackground: (now) => now >= backgroundAfter,
  };
}
