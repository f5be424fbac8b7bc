import { bearerAuth } from '@everbearer/ky-plugin';
import ky from 'ky';
import { measureCpuRatio } from '../measure.ts';
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
    const { ratio, floorUs } = await measureCpuRatio(
      () => kyFixed.get(url),
      () => kyAuth.get(url),
      { operations: 100 },
    );
    const addedNs = (ratio - 1) * floorUs * 1_000;
    return [
      {
        what: '`bearerAuth` over a stubbed ky',
        floor: `${nanoseconds(floorUs * 1_000)} (ky)`,
        ours: `${addedNs < 0 ? '' : '+'}${nanoseconds(addedNs)}`,
        goal: 'at most +5,000 ns',
        met: addedNs <= 5_000,
      },
    ];
  },
};
