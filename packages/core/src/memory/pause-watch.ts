import type { Clock } from '../clock.ts';
import type { CredentialRecord } from '../record/credential-record.ts';

/** Remembers since when the pause in a record has stood there unchanged, by this process's monotonic clock. */
export interface PauseWatch {
  /** A record was seen. `since`: when its pause was first seen. Default: now, unless it was there before. */
  note(record: Paused, since?: number): void;
  /** When the pause in the record that was noted last was first seen. */
  readonly since: number;
  /** What is left of the pause in the record that was noted last; 0 without a record. */
  leftMs(record: Paused | undefined): number;
}

type Paused = Pick<CredentialRecord, 'notBefore' | 'pauseMs'>;

export function createPauseWatch(clock: Clock): PauseWatch {
  let seen: Paused = {};
  let since = clock.monotonic();
  return {
    note({ notBefore, pauseMs }, firstSeen) {
      const isSame = seen.notBefore === notBefore && seen.pauseMs === pauseMs;
      if (!isSame || firstSeen !== undefined) since = firstSeen ?? clock.monotonic();
      seen = { notBefore, pauseMs };
    },
    get since() {
      return since;
    },
    leftMs: (record) =>
      record ? pauseLeftMs({ ...record, unchangedMs: clock.monotonic() - since, now: clock.now() }) : 0,
  };
}

/** A pause as it stands in a record. */
export interface PauseSighting extends Paused {
  /** How long it has stood there, on my monotonic clock. */
  unchangedMs: number;
  now: number;
}

/** No pause that a right clock wrote is longer. */
const LONGEST_PAUSE_MS = 60 * 60_000;

/**
 * How long the token endpoint is still left alone. The pause is over when its end has come by my wall clock, or when it has
 * stood there for its whole length on my monotonic one: a clock that is ahead where it was written silences nobody for
 * longer than it was meant to, and neither does one that is set back here.
 */
export function pauseLeftMs({ notBefore, pauseMs, unchangedMs, now }: PauseSighting): number {
  if (notBefore === undefined) return 0;
  const untilEnd = notBefore - now;
  // Without its length only the wall clock tells, and what lies too far ahead was written by a clock that is wrong.
  if (pauseMs === undefined && untilEnd > LONGEST_PAUSE_MS) return 0;
  const ofLength = Math.min(pauseMs ?? LONGEST_PAUSE_MS, LONGEST_PAUSE_MS) - unchangedMs;
  return Math.max(0, Math.min(untilEnd, ofLength));
}
