import { createAccounts, createTokenManager, seedFrom } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

/** A seed that hints, and tells how many listen. */
function hintingSeed(first: string | undefined) {
  const { backend, change } = seedOf(first);
  const hints = new Set<() => void>();
  const watched: TokenBackend = {
    ...backend,
    watch(_key, hint) {
      hints.add(hint);
      return () => void hints.delete(hint);
    },
  };
  const hint = () => {
    for (const each of hints) each();
  };
  return { seed: seedFrom(watched), change, hint, hints };
}

test('a changed seed that is hinted at is taken at the next call, and not half a minute later', async () => {
  const server = strictServer();
  const seed = hintingSeed(server.signIn().refreshToken);
  await using manager = createTokenManager({
    provider: server.provider,
    backend: sharedStore().backend,
    seed: seed.seed,
  });
  const before = (await manager.getToken()).token;
  seed.change(server.signIn().refreshToken as string);
  expect((await manager.getToken()).token).toBe(before);
  expect(manager.peek?.()?.token).toBe(before);
  seed.hint();
  // Even the caller that only peeks is sent on, so that somebody looks.
  expect(manager.peek?.()).toBeUndefined();
  for (let tries = 0; tries < 100 && (await manager.getToken()).token === before; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect((await manager.getToken()).token).not.toBe(before);
  expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
});

test('a closed manager listens no more, nor does an account that was put to sleep', async () => {
  const server = strictServer();
  const seed = hintingSeed(undefined);
  const options = { provider: server.provider, backend: sharedStore().backend, seed: seed.seed };
  const manager = createTokenManager(options);
  await manager.signIn(server.signIn());
  expect(seed.hints.size).toBe(1);
  await manager.close();
  expect(seed.hints.size).toBe(0);

  const oneEach = () => seedFrom({ ...seed.seed.backend });
  const accounts = createAccounts({ ...options, seed: oneEach, maxLive: 2 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await accounts.for(name).signIn(server.signIn());
  expect(seed.hints.size).toBeLessThanOrEqual(2);
  await accounts.close();
  expect(seed.hints.size).toBe(0);
});
