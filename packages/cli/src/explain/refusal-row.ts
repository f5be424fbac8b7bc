import type { Refusal } from './refusal.ts';

/** A reason for a 401 or 403: how it is told, what it means, and what to do. */
export interface RefusalRow {
  name: string;
  applies(refusal: Refusal): boolean;
  meaning: Words;
  remedy: Words;
  /** Where that is said. */
  source: string;
}

type Words = string | ((refusal: Refusal) => string);

/** The words of a row about this one. */
export function said(words: Words, refusal: Refusal): string {
  return typeof words === 'string' ? words : words(refusal);
}
