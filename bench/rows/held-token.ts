import { measure, measureSync } from '../measure.ts';
import { nanoseconds, type Theme } from '../row.ts';
import { HEADER, holding, ORIGIN } from '../stub-scene.ts';

const NEVER = { ns: Number.NaN };

/** A good token in hand: what asking for it costs, beside the two clocks that must be read for it, and a call of a fetch that sends nothing. */
export const theme: Theme = {
  order: 1,
  seconds: 10,
  async measure() {
    const { tokens, io } = await holding();
    const answer = new Response(null);
    const stub: typeof fetch = async () => answer;
    const before = io();
    const [clocks, peek] = measureSync([
      { name: 'clocks', run: () => Date.now() + performance.now() },
      { name: 'peek', run: () => tokens.peek?.() },
    ]);
    const [fixed, getToken] = await measure(
      [
        { name: 'fixed', run: () => stub(ORIGIN, { headers: HEADER }) },
        { name: 'getToken', run: () => tokens.getToken() },
      ],
      { operations: 100_000 },
    );
    const quiet = io() === before;
    const rows = [
      ['`peek()`', clocks, 'both clocks read', peek, 100, 0.6],
      ['`getToken()`', fixed, 'stubbed', getToken, 500, undefined],
    ] as const;
    return rows.map(
      ([what, floor = NEVER, of, { ns } = NEVER, most, mostRatio = Number.POSITIVE_INFINITY]) => ({
        what: `held token: ${what}`,
        floor: `${nanoseconds(floor.ns)} (${of})`,
        ours: `${nanoseconds(ns)}, ratio ${(ns / floor.ns).toFixed(2)}, ${quiet ? 'no I/O' : 'I/O'}`,
        goal: `under ${most} ns${mostRatio < most ? `, ratio at most ${mostRatio}` : ''}, no I/O`,
        met: ns < most && ns <= mostRatio * floor.ns && quiet,
      }),
    );
  },
};
