import type { Clock } from '../clock.ts';

/** What this process itself has asked the token endpoint for, and how long it still leaves alone what was refused. */
export interface RefusalWatch {
  /** Whether a new process has not asked for this scope yet. It asks once, whatever others were told before. */
  isFirst(scope: string): boolean;
  /** A request for this scope is about to leave. */
  asked(scope: string): void;
  /** It was refused, and a pause of this length was written down. */
  refused(scope: string, pauseMs: number): void;
  /** What is left of that pause by the clock that nobody sets: machines may disagree on the time. */
  leftMs(scope: string): number;
}

/** @param isNew - false for a manager that goes on where an earlier one of this process was put to sleep */
export function createRefusalWatch(clock: Pick<Clock, 'monotonic'>, isNew: boolean): RefusalWatch {
  const restUntil = new Map<string, number>();
  return {
    isFirst: (scope) => isNew && !restUntil.has(scope),
    asked: (scope) => void restUntil.set(scope, 0),
    refused: (scope, pauseMs) => void restUntil.set(scope, clock.monotonic() + pauseMs),
    leftMs: (scope) => Math.max(0, (restUntil.get(scope) ?? 0) - clock.monotonic()),
  };
}
