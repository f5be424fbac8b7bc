import { bearerAuth } from '@everbearer/ky-plugin';
import ky from 'ky';
import { measure } from '../measure.ts';
import { nanoseconds, type Theme } from '../row.ts';
import { HEADER, holding, ORIGIN } from '../stub-scene.ts';

/** A ky call with bearerAuth beside the same call with a fixed header, over a fetch that sends nothing. */
export const theme: Theme = {
  order: 3,
  async measure() {
    const { tokens } = await holding();
    const stub = async () => new Response('{}', { headers: { 'content-type': 'application/json' } });
    const kyFixed = ky.create({ fetch: stub, headers: HEADER });
    const kyAuth = ky.create({ fetch: stub }).extend(bearerAuth(tokens, { origins: [ORIGIN] }));
    const url = `${ORIGIN}/v1/things?x=1`;
    const [fixed, ours] = await measure(
      [
        { name: 'fixed', run: () => kyFixed.get(url) },
        { name: 'ours', run: () => kyAuth.get(url) },
      ],
      { operations: 3_000 },
    );
    const added = (ours?.ns ?? Number.NaN) - (fixed?.ns ?? Number.NaN);
    return [
      {
        what: '`bearerAuth` over a stubbed ky',
        floor: `${nanoseconds(fixed?.ns ?? Number.NaN)} (ky)`,
        ours: `+${nanoseconds(added)}`,
        goal: 'at most +5,000 ns',
        met: added <= 5_000,
      },
    ];
  },
};
