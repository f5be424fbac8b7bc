import { UNPRINTABLE } from './secret-piece.ts';

/** Only so much of a text is looked at and shown. */
export const MOST_READ = 2_000;
const MOST_SHOWN = 200;

/** Text of another party, made fit for a message: one line, of at most 200 characters. Undefined where nothing is left. */
export function oneLine(text: string | undefined): string | undefined {
  if (typeof text !== 'string') return undefined;
  const clean = text.slice(0, MOST_READ).replace(UNPRINTABLE, ' ').trim();
  return clean.length > MOST_SHOWN
    ? `${clean.slice(0, MOST_SHOWN).replace(UNPRINTABLE, '')}…`
    : clean || undefined;
}
