import { CHALLENGE_ROWS, INVALID_TOKEN_ROWS } from './challenge-rows.ts';
import { HEADER_ROWS } from './header-rows.ts';
import type { Refusal } from './refusal.ts';
import { type RefusalRow, said } from './refusal-row.ts';
import { SERVICE_ROWS } from './service-rows.ts';

/** All reasons that are known. The first that applies is the one: what was seen of the request counts most. */
export const REFUSAL_ROWS: readonly RefusalRow[] = [
  ...HEADER_ROWS,
  ...CHALLENGE_ROWS,
  ...SERVICE_ROWS,
  ...INVALID_TOKEN_ROWS,
];

/** Why an answer was a 401 or 403. */
export interface Explanation {
  /** The name of the row. */
  reason: string;
  meaning: string;
  remedy: string;
  source: string;
}

const MENDED = 'Nothing: it was sent again with another token, and answered.';

/** The reason of a refusal; undefined where the answer refuses nothing. */
export function explainRefusal(refusal: Refusal): Explanation | undefined {
  const row = REFUSAL_ROWS.find((each) => each.applies(refusal));
  if (!row) return undefined;
  const { name, meaning, remedy, source } = row;
  const isMended = refusal.replay?.status !== undefined && refusal.replay.status < 400;
  return {
    reason: name,
    meaning: said(meaning, refusal),
    remedy: isMended ? MENDED : said(remedy, refusal),
    source,
  };
}
