/** How a process ended. */
export interface ProcessEnd {
  /** Its exit status; `null` when a signal ended it, or when it never started. */
  readonly code: number | null;
  /** The signal that ended it; `null` when none did. */
  readonly signal: NodeJS.Signals | null;
}

/** For error messages. */
export function endText({ code, signal }: ProcessEnd): string {
  if (signal !== null) return signal;
  return code === null ? 'it could not be started' : `exit status ${code}`;
}
