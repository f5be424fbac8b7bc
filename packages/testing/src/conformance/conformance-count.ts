/** A count as the processes store it, so long that half of it is not JSON. */
export interface Count {
  number: number;
  /** Who made the last updates: so an update with an unknown outcome can be found. */
  by: string[];
  padding: string;
}

const REMEMBERED = 200;
const PADDING = 'x'.repeat(16 * 1024);

/** A count of 0, as text. */
export function firstCount(): string {
  return JSON.stringify({ number: 0, by: [], padding: PADDING } satisfies Count);
}

/** The count after one more update by `me`. */
export function nextCount({ number, by }: Count, me: string): Count {
  return { number: number + 1, by: [me, ...by].slice(0, REMEMBERED), padding: PADDING };
}

/** @throws {Error} if it is not a whole count; the text is not quoted */
export function parseCount(text: string | undefined): Count {
  if (text === undefined) throw new Error('the record was lost');
  let count: Partial<Count> | undefined;
  try {
    count = JSON.parse(text) as Partial<Count>;
  } catch {
    throw new Error(`half a record was loaded (${text.length} characters)`);
  }
  if (Number.isSafeInteger(count.number) && Array.isArray(count.by) && count.padding === PADDING) {
    return count as Count;
  }
  throw new Error('what was loaded is not what any process saved');
}
