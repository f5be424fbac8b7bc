import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { type KyInstance } from 'ky';
import { startAnswering } from '../answering-process.ts';
import { measureCpuRatio } from '../measure.ts';
import { nanoseconds, type Row, type Theme } from '../row.ts';
import { HEADER, holding, ORIGIN } from '../stub-scene.ts';

const AT_ONCE = 4;

/**
 * A ky call with bearerAuth beside the same call with a fixed header, tokens as long as those of Entra: over a fetch that
 * sends nothing, and over loopback.
 */
export const theme: Theme = {
  order: 3,
  seconds: 30,
  measure: async () => [await overStub(), await overLoopback()],
};

async function overStub(): Promise<Row> {
  const { tokens } = await holding();
  const stub = async () => new Response('{}', { headers: { 'content-type': 'application/json' } });
  const fixed = ky.create({ fetch: stub, headers: HEADER });
  const ours = ky.create({ fetch: stub }).extend(bearerAuth(tokens, { origins: [ORIGIN] }));
  const url = `${ORIGIN}/v1/things?x=1`;
  const { ratio, floorUs } = await measureCpuRatio(
    () => fixed.get(url),
    () => ours.get(url),
  );
  const addedNs = (ratio - 1) * floorUs * 1_000;
  return {
    what: '`bearerAuth` over a stubbed ky',
    floor: `${nanoseconds(floorUs * 1_000)} (ky)`,
    ours: `${addedNs < 0 ? '' : '+'}${nanoseconds(addedNs)}`,
    goal: 'at most +5,000 ns',
    met: addedNs <= 5_000,
  };
}

/** What the client can send is bounded by its processor: the share of the requests is the inverse of the time each takes. */
async function overLoopback(): Promise<Row> {
  const { tokens } = await holding();
  await using server = await startAnswering();
  const { origin } = server;
  const fixed = ky.create({ headers: HEADER });
  const ours = ky.create({}).extend(bearerAuth(tokens, { origins: [origin] }));
  const some = (api: KyInstance) => () =>
    Promise.all(Array.from({ length: AT_ONCE }, () => api.get(`${origin}/v1/things?x=1`).json()));
  const { ratio, floorUs, oursUs } = await measureCpuRatio(some(fixed), some(ours), {
    operations: 12,
  });
  const share = 1 / ratio;
  return {
    what: '`bearerAuth` over loopback: requests for the same processor time',
    floor: `${Math.round(floorUs / AT_ONCE)} µs each (ky)`,
    ours: `${Math.round(oursUs / AT_ONCE)} µs each, share ${share.toFixed(3)}`,
    goal: 'share at least 0.97',
    met: share >= 0.97,
  };
}
