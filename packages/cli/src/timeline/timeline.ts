import type { MarkKind } from './mark-kinds.ts';

/** What is drawn of a trace. Moments are milliseconds since 1970. */
export interface Timeline {
  begin: number;
  end: number;
  lanes: Lane[];
  notes: Note[];
}

/** A process, through all of its lives: one that was killed and started again is one lane. */
export interface Lane {
  name: string;
  lives: Life[];
  bands: TokenBand[];
  /** How many requests it sent to APIs. */
  requests: number;
  marks: Mark[];
}

export interface Life {
  pid: number;
  from: number;
  to: number;
}

/** While one access token was the newest in hand, and had not ended. */
export interface TokenBand {
  from: number;
  to: number;
  fingerprint: string | undefined;
  /** Whose token it was. */
  account: string | undefined;
  /** Whether it ended by itself, rather than by being replaced. */
  expired: boolean;
}

/** One thing that happened in a lane. */
export interface Mark {
  at: number;
  durationMs: number;
  kind: MarkKind;
  /** Where in the lane: with the requests, those to the token endpoint, or what keeps the token valid. */
  row: 'requests' | 'exchanges' | 'events';
  /** What it is, and the reason: the first line is the heading. */
  words: string[];
}

export interface Note {
  at: number;
  text: string;
}
