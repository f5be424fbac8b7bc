import { setTimeout as sleep } from 'node:timers/promises';
import { signedIn } from '../far-end-scene.ts';
import { milliseconds, quantile, type Theme } from '../row.ts';

const SECONDS = 20;
const CALLS_A_SECOND = 200;
const LIFE_MS = 3_000;

/** 200 calls a second with tokens of 3 s, beside as many with a fixed header, at the same moments. */
export const theme: Theme = {
  order: 6,
  seconds: 25,
  async measure() {
    await using scene = await signedIn();
    const { farEnd, tokens, call } = scene;
    const url = `${farEnd.apiUrl}/v1.0/me`;
    const headers = { authorization: `Bearer ${(await tokens.getToken()).token}` };
    await farEnd.control.configure({ accessTokenLifeMs: LIFE_MS, latencyMs: 300 });
    await tokens.renew();
    const before = await farEnd.control.counts();

    let failures = 0;
    const timed = async (times: number[], send: () => Promise<Response>) => {
      const begunAt = performance.now();
      try {
        const response = await send();
        await response.arrayBuffer();
        if (!response.ok) failures++;
      } catch {
        failures++;
      }
      times.push(performance.now() - begunAt);
    };
    const floor: number[] = [];
    const ours: number[] = [];
    const underway: Promise<void>[] = [];
    const begunAt = performance.now();
    for (let n = 0; n < SECONDS * CALLS_A_SECOND; n++) {
      await sleep(Math.max(0, begunAt + (n * 1_000) / CALLS_A_SECOND - performance.now()));
      const pair = [() => timed(floor, () => fetch(url, { headers })), () => timed(ours, () => call())];
      for (const start of n % 2 === 0 ? pair : pair.toReversed()) underway.push(start());
    }
    await Promise.all(underway);

    const { authorizationServer, mailApi } = await farEnd.control.counts();
    const renewals = authorizationServer.refreshes - before.authorizationServer.refreshes;
    const unauthorized = mailApi.expired + mailApi.revoked + mailApi.bare + mailApi.unknown;
    const perExpiry = renewals / ((SECONDS * 1_000) / LIFE_MS);
    const [floorP99, oursP99] = [quantile(floor, 0.99), quantile(ours, 0.99)];
    const ratio = oursP99 / floorP99;
    return [
      {
        what: `200 calls/s for ${SECONDS} s, 3 s tokens, token endpoint 300 ms: p99`,
        floor: milliseconds(floorP99),
        ours: `${milliseconds(oursP99)}, ratio ${ratio.toFixed(2)}`,
        goal: 'within 10 % of the floor',
        met: ratio <= 1.1,
      },
      {
        what: 'the same: 401s seen, failures, renewals an expiry',
        ours: `${unauthorized}, ${failures}, ${perExpiry.toFixed(2)}`,
        goal: '0, 0, at most 1.5',
        met: unauthorized === 0 && failures === 0 && perExpiry <= 1.5,
      },
    ];
  },
};
