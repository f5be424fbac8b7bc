import { createAuthFetch } from '@everbearer/core';
import { signedIn } from '../far-end-scene.ts';
import { measure, measureCpuRatio, measureWaits } from '../measure.ts';
import { nanoseconds, type Row, type Theme } from '../row.ts';
import { HEADER, holding, ORIGIN } from '../stub-scene.ts';

/** A call through createAuthFetch beside the same call with a fixed header: over nothing, and over loopback. */
export const theme: Theme = {
  order: 2,
  seconds: 30,
  measure: async () => [await overStub(), ...(await overLoopback())],
};

async function overStub(): Promise<Row> {
  const { tokens } = await holding();
  const answer = new Response(null);
  const stub: typeof fetch = async () => answer;
  const authFetch = createAuthFetch(tokens, { origins: [ORIGIN], fetch: stub });
  const url = `${ORIGIN}/v1/things?x=1`;
  const [fixed, ours] = await measure([
    { name: 'fixed', run: () => stub(url, { headers: HEADER }) },
    { name: 'ours', run: () => authFetch(url) },
  ]);
  const added = (ours?.ns ?? Number.NaN) - (fixed?.ns ?? Number.NaN);
  return {
    what: '`createAuthFetch` over a stubbed fetch',
    floor: nanoseconds(fixed?.ns ?? Number.NaN),
    ours: `+${nanoseconds(added)}`,
    goal: 'at most +2,000 ns',
    met: added <= 2_000,
  };
}

/** Beside a call without an init, one with headers and a body, as most are that change something. */
async function overLoopback(): Promise<Row[]> {
  await using scene = await signedIn();
  const url = `${scene.farEnd.apiUrl}/v1.0/me`;
  const authorization = `Bearer ${(await scene.tokens.getToken()).token}`;
  const accept = 'application/json';
  const ours = createAuthFetch(scene.tokens, { origins: [scene.farEnd.apiUrl] });
  const read = async (response: Promise<Response>) => (await response).arrayBuffer();
  const fixed = () => read(fetch(url, { headers: { authorization } }));
  // What the machine makes of no difference at all.
  const itself = await measureCpuRatio(fixed, fixed);
  const bare = await measureCpuRatio(fixed, () => read(ours(url)));
  const withHeaders = await measureCpuRatio(
    () => read(fetch(url, { headers: { accept, authorization } })),
    () => read(ours(url, { headers: { accept } })),
  );
  const itsWaits = await measureWaits(fixed, fixed);
  const waits = await measureWaits(fixed, () => read(ours(url)));
  return [
    ...[
      ['`createAuthFetch` over loopback: processor time a request', bare] as const,
      ['the same with headers of the call', withHeaders] as const,
    ].map(([what, { ratio, floorUs, oursUs }]) => ({
      what,
      floor: `${Math.round(floorUs)} µs (beside itself ${itself.ratio.toFixed(3)})`,
      ours: `${Math.round(oursUs)} µs, ratio ${ratio.toFixed(3)}`,
      goal: 'ratio at most 1.015',
      met: ratio <= 1.015,
    })),
    {
      what: 'the same: p99 of the time that a call takes',
      floor: `${Math.round(waits.floorUs)} µs (beside itself ${itsWaits.ratio.toFixed(3)})`,
      ours: `${Math.round(waits.oursUs)} µs, ratio ${waits.ratio.toFixed(3)}`,
      goal: 'ratio at most 1.03',
      met: waits.ratio <= 1.03,
    },
  ];
}
