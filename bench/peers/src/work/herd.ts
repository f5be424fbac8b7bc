import { setTimeout as sleep } from 'node:timers/promises';
import { CALL_PATH } from '../peer.ts';
import { LENIENT, openScene, outcomeOf } from '../scene.ts';
import type { Work } from '../work.ts';

const CALLS = { page: 200, smoke: 20 };
const SHORT_LIFE_MS = 1_000;

export const herd: Work = {
  title: 'Many calls when the token has expired',
  about:
    '200 calls at once, just after the end of the token. The fewer token requests the better; a 401 is a request that was sent in vain.',
  columns: ['token requests', 'requests that got 401', 'calls that failed'],
  async measure(peer, scale) {
    await using scene = await openScene(peer, { ...LENIENT, accessTokenLifeMs: SHORT_LIFE_MS });
    await scene.farEnd.control.setAccessTokenLife(3_600_000);
    await sleep(SHORT_LIFE_MS + 100);
    const { failed } = await outcomeOf(
      Array.from({ length: CALLS[scale] }, () => scene.client.call(CALL_PATH)),
    );
    const { tokenRequests, rejected } = await scene.counted();
    return [tokenRequests, rejected, failed];
  },
};
