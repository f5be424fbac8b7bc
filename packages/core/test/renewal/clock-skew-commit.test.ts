import { createTokenManager } from '@everbearer/core';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;

test.each([
  ['single-use', true],
  ['lasting', false],
])('a machine an hour behind keeps what it renewed, refresh tokens being %s', async (_name, rotates) => {
  const time = testClock();
  const behind = { ...time, now: () => time.now() - HOUR };
  const { backend } = sharedStore();
  let serial = 1;
  const provider = (now: () => number) => ({
    ...strictServer().provider,
    refresh: async () => ({
      accessToken: `at-${++serial}`,
      ...(rotates && { refreshToken: `rt-${serial}` }),
      expiresAt: now() + HOUR,
    }),
  });
  const ahead = createTokenManager({ provider: provider(time.now), backend, clock: time });
  await ahead.signIn({ accessToken: 'at-1', refreshToken: 'rt-1', expiresAt: time.now() + HOUR });
  await time.advance(1_000);
  const slow = createTokenManager({ provider: provider(behind.now), backend, clock: behind });
  // The token in the store was obtained, by the clock of who wrote it, an hour after the one that replaces it.
  expect((await slow.renew()).token).toBe('at-2');
  expect((await slow.getToken()).token).toBe('at-2');
});
