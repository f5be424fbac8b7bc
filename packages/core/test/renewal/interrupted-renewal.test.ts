import { createTokenManager } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { type FoundLease, isInterrupted } from '../../src/renewal/lease-state.ts';
import { HOUR, sharedWorld } from '../support/shared-world.ts';
import { testClock } from '../support/test-clock.ts';

const LEASE = { id: 'lease', holder: 'gone', startedAt: 1, ttlMs: 40_000, scope: 'read', tookOver: false };

/** Two processes that hold a good token; one begins a renewal, and dies when the server has answered. */
async function interrupted(graceMs: number) {
  const world = sharedWorld({ graceMs });
  const { clock, server, store, events } = world;
  const { provider } = server;
  const dying = createTokenManager({
    provider: {
      ...provider,
      async refresh(credential, context) {
        await provider.refresh?.(credential, context);
        return new Promise<never>(() => undefined);
      },
    },
    backend: { ...store.backend, holder: 'gone' },
    // Its time ends with it.
    clock: testClock(),
  });
  await dying.signIn(server.signIn());
  const backend: TokenBackend = {
    ...store.backend,
    holder: 'here',
    isHolderAlive: (holder) => holder !== 'gone',
  };
  const left = createTokenManager({ provider, backend, clock, onEvent: (event) => void events.push(event) });
  await left.getToken();
  dying.renew().catch(() => undefined);
  await clock.advance(10);
  expect(server.counts.refreshes).toBe(1);
  /** Calls, one a second. */
  async function callFor(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 1_000) {
      await left.getToken();
      await clock.advance(1_000);
    }
  }
  return { ...world, left, callFor };
}

test('a renewal whose holder is gone is done again while the server forgives it, though the token in hand is good', async () => {
  const { server, left, events, callFor, ask } = await interrupted(60_000);
  await callFor(40_000);
  expect(events.filter(({ type }) => type === 'renewal_started')).toMatchObject([{ reason: 'interrupted' }]);
  expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
  await callFor(120_000);
  expect(server.counts.requests).toBe(2);
  await ask(left, HOUR);
  expect(await ask(left)).toBe('at-5');
  expect(server.counts.reuses).toBe(0);
});

test.each([
  ['a server that forgives nothing is not asked before the token in hand ends', 0],
  ['nor is one whose grace is over', 20_000],
])('%s', async (_name, graceMs) => {
  const { server, events, callFor } = await interrupted(graceMs);
  await callFor(120_000);
  expect(server.counts.requests).toBe(1);
  expect(events.map(({ type }) => type)).not.toContain('renewal_started');
});

test('a renewal that is only slow is left to its holder', async () => {
  const { clock, server, store, process } = sharedWorld({ graceMs: 60_000 });
  const answer = Promise.withResolvers<void>();
  const slow = process();
  await slow.signIn(server.signIn());
  const left = createTokenManager({
    provider: server.provider,
    backend: { ...store.backend, isHolderAlive: () => true },
    clock,
  });
  await left.getToken();
  server.trouble.push(() => answer.promise);
  const renewed = slow.renew();
  for (let second = 0; second < 9; second++) {
    await left.getToken();
    await clock.advance(1_000);
  }
  expect(server.counts.requests).toBe(1);
  answer.resolve();
  await renewed;
  await clock.advance(31_000);
  await left.getToken();
  await clock.advance(10);
  expect((await left.getToken()).token).toBe((await renewed).token);
  expect(server.counts.requests).toBe(1);
});

test.each<[string, Partial<FoundLease>, boolean]>([
  ['of a holder that is gone, within the grace', {}, true],
  ['of one that lives', { state: 'live' }, false],
  ['that is not there', { lease: undefined, state: 'none' }, false],
  ['where nothing is forgiven', { graceMs: 0 }, false],
  ['when the grace is over', { now: 61_000 }, false],
  ['that has stood there for the grace, whatever the wall clocks say', { unchangedMs: 60_000 }, false],
  ['where old refresh tokens stay valid', { graceMs: Number.POSITIVE_INFINITY }, false],
  ['that seems to begin only later, where nothing is forgiven', { graceMs: 0, now: -60_000 }, false],
  ['that seems to begin only later', { now: -3_600_000 }, false],
  ['of a seed', { lease: { ...LEASE, family: 'of the seed' } }, false],
])('a lease %s', (_name, found, expected) => {
  expect(
    isInterrupted({ lease: LEASE, state: 'dead', graceMs: 60_000, unchangedMs: 0, now: 1_000, ...found }),
  ).toBe(expected);
});
