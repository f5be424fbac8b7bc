import { measuredApart } from '../measured-apart.ts';
import { milliseconds, type Row, type Theme } from '../row.ts';
import type { Turns } from '../turns.ts';

/** How long the event loop is held up while callers wait for a renewal, each case in a process of its own. */
export const theme: Theme = {
  order: 8.5,
  seconds: 20,
  measure: async () => [
    await rowOf('1,000 callers at an expiry', ['1000']),
    await rowOf('100,000 callers at an expiry', ['100000']),
    await rowOf('a record of 128 KiB, renewed scope by scope', ['8', '8', '16000']),
  ],
};

const MOST_MS = 5;

async function rowOf(what: string, words: string[]): Promise<Row> {
  const { floorMs, oursMs, failed } = await measuredApart<Turns>('turns.ts', words);
  const more = oursMs - floorMs;
  return {
    what: `${what}: the longest turn of the event loop`,
    floor: `${milliseconds(floorMs)} (as many wait for one promise)`,
    ours: `+${milliseconds(more)}, ${failed} failed`,
    goal: `at most +${MOST_MS} ms, 0 failed`,
    met: more <= MOST_MS && failed === 0,
  };
}
