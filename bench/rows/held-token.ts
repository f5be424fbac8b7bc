import { measure, measureSync } from '../measure.ts';
import { nanoseconds, type Theme } from '../row.ts';
import { HEADER, holding, ORIGIN } from '../stub-scene.ts';

/** A good token in hand: what asking for it costs, beside a whole call of a fetch that sends nothing. */
export const theme: Theme = {
  order: 1,
  async measure() {
    const { tokens, io } = await holding();
    const answer = new Response(null);
    const stub: typeof fetch = async () => answer;
    const before = io();
    const [peek] = measureSync([{ name: 'peek', run: () => tokens.peek?.() }]);
    const [fixed, getToken] = await measure(
      [
        { name: 'fixed', run: () => stub(ORIGIN, { headers: HEADER }) },
        { name: 'getToken', run: () => tokens.getToken() },
      ],
      { operations: 100_000 },
    );
    const floor = nanoseconds(fixed?.ns ?? Number.NaN);
    const quiet = io() === before;
    const rows = [
      ['`peek()`', peek?.ns, 100],
      ['`getToken()`', getToken?.ns, 500],
    ] as const;
    return rows.map(([what, ns = Number.NaN, most]) => ({
      what: `held token: ${what}`,
      floor: `${floor} (stubbed)`,
      ours: `${nanoseconds(ns)}, ${quiet ? 'no I/O' : 'I/O'}`,
      goal: `under ${most} ns, no I/O`,
      met: ns < most && quiet,
    }));
  },
};
