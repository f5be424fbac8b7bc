import { setTimeout as sleep } from 'node:timers/promises';
import { ReauthorizationRequiredError } from '@everbearer/core';
import { outcomes, signedIn } from '../far-end-scene.ts';
import type { Theme } from '../row.ts';

/** A session that the server has ended: what a hundred callers cost it, and what they get. */
export const theme: Theme = {
  order: 8,
  seconds: 5,
  async measure() {
    await using scene = await signedIn({ server: { accessTokenLifeMs: 1_000 } });
    await scene.farEnd.control.revokeFamily();
    await sleep(1_100);
    const { errors } = await outcomes(Array.from({ length: 100 }, () => scene.call()));
    const typed = errors.filter((error) => error instanceof ReauthorizationRequiredError).length;
    const requests = scene.tokenRequestsAt.length;
    return [
      {
        what: 'dead refresh token, 100 calls',
        ours: `${requests} token request, ${typed} typed errors`,
        goal: '1 token request, 100 typed errors',
        met: requests === 1 && typed === 100,
      },
    ];
  },
};
