import { setTimeout as sleep } from 'node:timers/promises';
import { outcomes, signedIn } from '../far-end-scene.ts';
import { milliseconds, type Theme } from '../row.ts';

/** A token endpoint that says "later" twice, under a hundred callers whose token has ended. */
export const theme: Theme = {
  order: 7,
  seconds: 5,
  async measure() {
    await using scene = await signedIn({ server: { accessTokenLifeMs: 1_000 } });
    const { farEnd, call, tokenRequestsAt } = scene;
    await farEnd.control.setAccessTokenLife(3_600_000);
    await farEnd.control.script(
      { kind: 'unavailable', retryAfterSeconds: 1 },
      { kind: 'unavailable', retryAfterSeconds: 1, asDate: true },
    );
    await sleep(1_100);
    const { failed } = await outcomes(Array.from({ length: 100 }, () => call()));
    const waits = tokenRequestsAt.slice(1).map((at, n) => at - (tokenRequestsAt[n] ?? 0));
    // As a date it has whole seconds, so that it may ask for less than one.
    const honoured = waits.length === 2 && (waits[0] ?? 0) >= 1_000 && (waits[1] ?? 0) > 0;
    return [
      {
        what: 'token endpoint 503 twice with Retry-After of 1 s, 100 calls',
        ours: `${failed} failed; asked again after ${waits.map(milliseconds).join(' and ')}`,
        goal: '0 failed, Retry-After honoured',
        met: failed === 0 && honoured,
      },
    ];
  },
};
