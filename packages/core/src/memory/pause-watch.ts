import type { Clock } from '../clock.ts';
import type { CredentialRecord } from '../record/credential-record.ts';

/** Remembers since when each pause in a record has stood there unchanged, by this process's monotonic clock. */
export interface PauseWatch {
  /** A record was seen: its pauses stand there from now on, unless they did before. */
  note(record: Pick<CredentialRecord, 'notBefore' | 'pauseMs' | 'refusal' | 'refused'>): void;
  /** How long this pause has stood in the record that was noted last, in milliseconds; 0 where it does not. */
  seenMs(pause: Paused): number;
  /** When each of them was first seen, on the monotonic clock: what a successor goes on with. */
  readonly since: ReadonlyMap<string, number>;
}

export type Paused = Pick<CredentialRecord, 'notBefore' | 'pauseMs'>;

const nameOf = ({ notBefore, pauseMs }: Paused) => `${notBefore} ${pauseMs}`;

export function createPauseWatch(
  { monotonic }: Pick<Clock, 'monotonic'>,
  before: Iterable<readonly [string, number]> = [],
): PauseWatch {
  let since = new Map(before);
  return {
    note(record) {
      const now = monotonic();
      const pauses = [record, record.refusal, ...Object.values(record.refused)];
      const names = pauses.flatMap((pause) => (pause?.notBefore === undefined ? [] : nameOf(pause)));
      since = new Map(names.map((name) => [name, since.get(name) ?? now]));
    },
    seenMs(pause) {
      const now = monotonic();
      return now - (since.get(nameOf(pause)) ?? now);
    },
    get since() {
      return since;
    },
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
