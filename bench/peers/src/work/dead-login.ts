import { CALL_PATH } from '../peer.ts';
import { LENIENT, openScene, outcomeOf } from '../scene.ts';
import type { Work } from '../work.ts';

export const deadLogin: Work = {
  title: 'A sign-in that has ended',
  about:
    'The session is revoked at the server. 100 calls at once, then 20 one after another: nobody can help them, so one token request is enough.',
  columns: ['token requests', 'requests that got 401', 'what callers get'],
  async measure(peer) {
    await using scene = await openScene(peer, LENIENT);
    await outcomeOf([scene.client.call(CALL_PATH)]);
    await scene.farEnd.control.revokeFamily();
    await scene.counted();
    const atOnce = await outcomeOf(Array.from({ length: 100 }, () => scene.client.call(CALL_PATH)));
    const told = new Set(atOnce.told);
    for (let n = 0; n < 20; n++) {
      for (const word of (await outcomeOf([scene.client.call(CALL_PATH)])).told) told.add(word);
    }
    const { tokenRequests, rejected } = await scene.counted();
    return [tokenRequests, rejected, [...told].sort().join(', ')];
  },
};
