import { lengthWords } from './length-words.ts';
import type { Lane } from './timeline.ts';
import type { TraceRecord } from './trace-record.ts';

/** A figure, and what it counts. */
export interface Total {
  figure: string;
  words: string;
  /** Whether it is one that nobody wants to see. */
  isBad: boolean;
}

/** The figures above the picture: counted from the records, and only those that the records can tell. */
export function totalsOf(records: readonly TraceRecord[], lanes: readonly Lane[]): Total[] {
  const requests = records.filter((each) => each.kind === 'request');
  const toApis = requests.filter(({ toTokenEndpoint }) => !toTokenEndpoint);
  const count = (type: string) =>
    records.filter((each) => each.kind === 'event' && each.type === type).length;
  const refused = toApis.filter(({ status }) => status === 401).length;
  const again = Math.max(count('replayed'), toApis.filter(({ replayOf }) => replayOf !== undefined).length);
  const failed = toApis.filter(
    ({ status, failure }) => failure !== undefined || ((status ?? 0) >= 400 && status !== 401),
  ).length;
  const isTold = toApis.some(({ headerFrom }) => headerFrom !== undefined);
  const bare = toApis.filter(({ headerFrom }) => headerFrom === 'nobody');
  // Many a request needs none; one that was refused did.
  const isMissed = bare.some(({ status }) => status === 401);
  const restarts = lanes.reduce((sum, { lives }) => sum + lives.length - 1, 0);
  const waits = records.flatMap((each) =>
    each.kind === 'event' && each.type === 'lease_waited' ? [each.durationMs ?? 0] : [],
  );
  const totals: (Total | false)[] = [
    toApis.length > 0 && {
      figure: number(toApis.length),
      words: one(toApis.length, 'request'),
      isBad: false,
    },
    isTold && { figure: number(bare.length), words: 'without a token', isBad: isMissed },
    toApis.length > 0 && refusals(refused, again),
    toApis.length > 0 && { figure: number(failed), words: 'failed otherwise', isBad: failed > 0 },
    { figure: number(count('renewed')), words: one(count('renewed'), 'renewal'), isBad: false },
    waits.length > 0 && {
      figure: number(waits.length),
      words: `${one(waits.length, 'wait')}, ${lengthWords(largest(waits))} at most`,
      isBad: false,
    },
    restarts > 0 && { figure: number(restarts), words: one(restarts, 'restart'), isBad: false },
  ];
  return totals.filter((total) => total !== false);
}

/** A trace of whole calls shows no refusal whose call was sent again. */
function refusals(refused: number, again: number): Total {
  if (refused === 0 && again > 0)
    return { figure: number(again), words: 'refused, and sent again', isBad: false };
  const words = `refused with 401, ${number(again)} sent again`;
  return { figure: number(refused), words, isBad: refused > again };
}

/** Of any number of them: a call takes only so many arguments. */
function largest(figures: readonly number[]): number {
  return figures.reduce((most, each) => Math.max(most, each), 0);
}

function number(count: number): string {
  return count.toLocaleString('en-US').replaceAll(',', '\u202f');
}

function one(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}
