import { measure, measureSync } from '../measure.ts';
import { nanoseconds, type Theme } from '../row.ts';
import { HEADER, holding, ORIGIN } from '../stub-scene.ts';

/** A good token in hand: what asking for it costs, beside the two clocks that must be read for it, and a call of a fetch that sends nothing. */
export const theme: Theme = {
  order: 1,
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
      ['`peek()`', clocks?.ns, 'both clocks read', peek?.ns, 100],
      ['`getToken()`', fixed?.ns, 'stubbed', getToken?.ns, 500],
    ] as const;
    return rows.map(([what, floor = Number.NaN, of, ns = Number.NaN, most]) => ({
      what: `held token: ${what}`,
      floor: `${nanoseconds(floor)} (${of})`,
      ours: `${nanoseconds(ns)}, ${quiet ? 'no I/O' : 'I/O'}`,
      goal: `under ${most} ns, no I/O`,
      met: ns < most && quiet,
    }));
  },
};
