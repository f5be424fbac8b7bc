import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenSet } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;

/** A manager before a server whose requests are counted, and answered like this. */
async function asking(reply: (now: number, request: number) => TokenSet) {
  const clock = testClock();
  const count = { requests: 0 };
  const manager = createTokenManager({
    provider: {
      id: 'as',
      profile: { ...STRICT_PROFILE, rotates: false },
      scopes: ['read'],
      refresh: async () => reply(clock.now(), ++count.requests),
    },
    backend: sharedStore().backend,
    clock,
  });
  await manager.signIn({ refreshToken: 'rt-1' });
  return { clock, manager, count };
}

/** How often the server is asked by a manager that is asked every second for a minute. */
async function minuteOf(reply: (now: number) => Partial<TokenSet>, ask: { minLifeMs?: number } = {}) {
  const { clock, manager, count } = await asking((now, request) => ({
    accessToken: `at-${request}`,
    ...reply(now),
  }));
  for (let second = 0; second < 60; second++) {
    await manager.getToken(ask);
    await clock.advance(1_000);
  }
  return count.requests;
}

test.each<[string, (now: number) => Partial<TokenSet>, { minLifeMs?: number }, number]>([
  ['wants its tokens renewed at once', (now) => ({ expiresAt: now + HOUR, renewAt: now + 1 }), {}, 2],
  ['wants that, and does not say how long they live', (now) => ({ renewAt: now + 1 }), {}, 2],
  ['gives less life than a stream needs', (now) => ({ expiresAt: now + 30_000 }), { minLifeMs: 60_000 }, 8],
  ['gives an hour where two are asked for', (now) => ({ expiresAt: now + HOUR }), { minLifeMs: 2 * HOUR }, 2],
])('a server that %s is not asked at every call', async (_name, reply, ask, most) => {
  const requests = await minuteOf(reply, ask);
  expect(requests).toBeGreaterThan(1);
  expect(requests).toBeLessThanOrEqual(most);
});

test('renew() of a server that gives the same token again is a renewal, and no rejection', async () => {
  const { clock, manager, count } = await asking((now) => ({
    accessToken: 'at-same',
    expiresAt: now + HOUR,
  }));
  await manager.getToken();
  await clock.advance(HOUR / 2);
  expect((await manager.renew()).token).toBe('at-same');
  expect(count.requests).toBe(2);
  // And it has a whole life again.
  await clock.advance(HOUR / 2 + 60_000);
  expect(manager.state).toBe('valid');
  await expect(manager.getToken({ rejected: 'at-same' })).rejects.toMatchObject({ code: 'token_rejected' });
});
