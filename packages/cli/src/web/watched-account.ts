import type { TokenStatus } from '@everbearer/core';
import type { ExitStatus } from '../world/exit-status.ts';

/** An account, as one look at it found it. */
export interface WatchedAccount {
  account: string;
  /** Undefined where the store cannot tell. */
  status: TokenStatus | undefined;
  exit: ExitStatus;
  /** Why it is not good, in sentences. */
  why: readonly string[];
  /** What a person is told of it. */
  facts: readonly WatchedFact[];
}

export interface WatchedFact {
  name: string;
  words: string;
  /** Of a whole, from 0 to 1, where that can be drawn. */
  share?: number | undefined;
}
