import { setTimeout as sleep } from 'node:timers/promises';
import { CALL_PATH } from '../peer.ts';
import { LENIENT, openScene, outcomeOf, type Scene } from '../scene.ts';
import type { Work } from '../work.ts';

const CALLS = 20;
const APART_MS = 40;
/** All have left by then, on a busy machine too: a call that leaves after the renewal would bear the new token. */
const LEAVE_MS = 1_000;

export const lateRejections: Work = {
  title: 'Late 401s',
  about: `The server revokes the token an hour before its end. ${CALLS} calls leave with it, and their 401s come back one by one, ${APART_MS} ms apart: the
last ones long after the first has led to a new token. One renewal is enough. Azure's pipeline hands a plain 401 to its caller, whoever
brings the tokens.`,
  columns: ['token requests', 'requests that got 401', 'calls that failed'],
  async measure(peer) {
    await using scene = await openScene(peer, LENIENT);
    const { control } = scene.farEnd;
    // Connections, and whatever else is made at the first call.
    await outcomeOf([scene.client.call(CALL_PATH)]);
    await control.revokeAccessTokens();
    await scene.counted();
    const { requests } = (await control.counts()).mailApi;
    const calls: Promise<number>[] = [];
    for (let nth = CALLS; nth > 0; nth--) {
      await control.configureApi({ latencyMs: LEAVE_MS + nth * APART_MS });
      const call = scene.client.call(CALL_PATH);
      call.catch(() => undefined);
      calls.push(call);
      await untilReceived(scene, requests + calls.length);
    }
    await control.configureApi({ latencyMs: 0 });
    const { failed } = await outcomeOf(calls);
    const { tokenRequests, rejected } = await scene.counted();
    return [tokenRequests, rejected, failed];
  },
};

/** A call takes the latency that stands when it arrives. */
async function untilReceived({ farEnd }: Scene, requests: number): Promise<void> {
  const patience = AbortSignal.timeout(10_000);
  while ((await farEnd.control.counts()).mailApi.requests < requests) {
    patience.throwIfAborted();
    await sleep(1);
  }
}
