import { setTimeout as sleep } from 'node:timers/promises';
import { type FarEndScene, outcomes, signedIn } from '../far-end-scene.ts';
import type { Row, Theme } from '../row.ts';

const SHORT_LIFE_MS = 1_000;

/** Many callers of one token that is no good any more. */
export const theme: Theme = {
  order: 4,
  seconds: 12,
  measure: async () => [await expired(), await revoked(), await lateRejections()],
};

async function rowOf(what: string, { farEnd }: FarEndScene, calls: () => Promise<Response>[]): Promise<Row> {
  const before = await farEnd.control.counts();
  const { failed } = await outcomes(calls());
  const { authorizationServer, mailApi } = await farEnd.control.counts();
  const refreshes = authorizationServer.refreshes - before.authorizationServer.refreshes;
  const bare = mailApi.bare - before.mailApi.bare;
  return {
    what,
    ours: `${refreshes} refresh, ${bare} bare, ${failed} failed`,
    goal: '1 refresh, 0 bare, 0 failed',
    met: refreshes === 1 && bare === 0 && failed === 0,
  };
}

const thousand =
  ({ call }: FarEndScene) =>
  () =>
    Array.from({ length: 1_000 }, () => call());

async function expired(): Promise<Row> {
  await using scene = await signedIn({ server: { accessTokenLifeMs: SHORT_LIFE_MS } });
  await scene.farEnd.control.setAccessTokenLife(3_600_000);
  await sleep(SHORT_LIFE_MS + 100);
  return await rowOf('1,000 concurrent calls on an expired token', scene, thousand(scene));
}

async function revoked(): Promise<Row> {
  await using scene = await signedIn();
  await (await scene.call()).arrayBuffer();
  await scene.farEnd.control.revokeAccessTokens();
  return await rowOf('1,000 concurrent calls on a revoked token', scene, thousand(scene));
}

/** Twenty calls leave with one token; their 401s come back one by one, the last long after the renewal. */
async function lateRejections(): Promise<Row> {
  let sent = 0;
  const late: typeof fetch = async (input, init) => {
    const nth = sent++;
    const response = await fetch(input, init);
    if (response.status === 401) await sleep(nth * 40);
    return response;
  };
  await using scene = await signedIn({ fetch: late });
  await scene.farEnd.control.revokeAccessTokens();
  return await rowOf('20 late 401s, 40 ms apart', scene, () =>
    Array.from({ length: 20 }, () => scene.call()),
  );
}
