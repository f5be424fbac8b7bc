import { setTimeout as sleep } from 'node:timers/promises';
import { CALL_PATH } from '../peer.ts';
import { openScene, outcomeOf, STRICT } from '../scene.ts';
import type { Work } from '../work.ts';

const SIZES = { page: { lifeMs: 15_000, lives: 3 }, smoke: { lifeMs: 2_000, lives: 2 } };
const EACH_MS = 50;

export const acrossExpiries: Work = {
  title: 'Steady calls across expiries',
  about: `20 calls a second through three lives of the token, 15 seconds each, at a server where a refresh token works once and a second use ends the
session. Where the time before the end at which a token is renewed can be set, it is 5 seconds. MSAL's is five minutes, so it renews at every call here,
as with every token that lives for five minutes or less; with those of an hour that Entra gives, once an hour.`,
  columns: ['token requests', 'requests that got 401', 'calls that failed', 'sessions lost'],
  isSlow: true,
  async measure(peer, scale) {
    const { lifeMs, lives } = SIZES[scale];
    await using scene = await openScene(peer, { ...STRICT, accessTokenLifeMs: lifeMs });
    const calls: Promise<number>[] = [];
    const end = performance.now() + lifeMs * lives + 1_000;
    while (performance.now() < end) {
      const call = scene.client.call(CALL_PATH);
      call.catch(() => undefined);
      calls.push(call);
      await sleep(EACH_MS);
    }
    const { failed } = await outcomeOf(calls);
    const { tokenRequests, rejected, lost } = await scene.counted();
    return [tokenRequests, rejected, share(failed, calls.length), lost];
  },
};

const share = (part: number, whole: number) => (part === 0 ? '0' : `${part} of ${whole}`);
