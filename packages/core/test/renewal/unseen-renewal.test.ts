import { createTokenManager } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { HOUR } from '../support/shared-world.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

/* A renewal by a process that knows what is stored: two saves and no load, the first of them without the tokens. */

function world({ notes = true, graceMs = 0 } = {}) {
  const clock = testClock();
  const server = strictServer({ now: clock.now, graceMs });
  const store = sharedStore({ notes });
  const calls: string[] = [];
  const events: string[] = [];
  const counted: TokenBackend = {
    ...store.backend,
    load(key) {
      calls.push('load');
      return store.backend.load(key);
    },
    save(...given) {
      calls.push(given[3]?.note === undefined ? 'save' : 'save of a note');
      return store.backend.save(...given);
    },
  };
  const process = (holder: string, backend: TokenBackend = counted, provider = server.provider) =>
    createTokenManager({
      provider,
      backend: { ...backend, holder, isHolderAlive: (other) => (other === 'gone' ? false : undefined) },
      clock,
      onEvent: ({ type }) => void events.push(type),
    });
  return { clock, server, store, calls, events, process };
}

test.each([true, false])('no look, whether the store keeps notes or not (%s)', async (notes) => {
  const { clock, server, store, calls, process } = world({ notes });
  await using manager = process('one');
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  calls.length = 0;
  const before = store.text;
  let during: string | undefined;
  server.trouble.push(() => {
    during = store.text;
  });
  const { token } = await manager.getToken();
  expect(calls).toEqual(['save of a note', 'save']);
  expect(during === before).toBe(notes);
  expect(store.note).toBeUndefined();
  expect(store.text).toContain(token);
  expect(store.text).not.toContain('"lease"');
  calls.length = 0;
  await manager.renew();
  expect(calls).toEqual(['save of a note', 'save']);
  expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
});

test('what another process has made of it meanwhile is found by the first save, and adopted', async () => {
  const { clock, server, calls, process } = world();
  await using one = process('one');
  await using two = process('two');
  await one.signIn(server.signIn());
  await two.getToken();
  await clock.advance(HOUR);
  const { token } = await one.getToken();
  calls.length = 0;
  expect((await two.getToken()).token).toBe(token);
  expect(calls[0]).toBe('save of a note');
  expect(calls).toContain('load');
  expect(server.counts.requests).toBe(1);
});

test('a lease beside the record is waited for like one in it', async () => {
  const { clock, server, process } = world();
  await using one = process('one');
  await using two = process('two');
  await one.signIn(server.signIn());
  await two.getToken();
  await clock.advance(HOUR);
  const answer = Promise.withResolvers<void>();
  server.trouble.push(() => answer.promise);
  const first = one.getToken();
  await clock.advance(10);
  const second = two.getToken();
  await clock.advance(5_000);
  expect(server.counts.requests).toBe(1);
  answer.resolve();
  await clock.advance(1_000);
  expect((await second).token).toBe((await first).token);
  expect(server.counts.requests).toBe(1);
});

/** A process that dies when the server has answered it, and one that is left. */
async function died(lost: boolean, graceMs: number) {
  const all = world({ graceMs });
  const { clock, server, store, process } = all;
  const deaf = {
    ...server.provider,
    async refresh(...given: Parameters<NonNullable<typeof server.provider.refresh>>) {
      await server.provider.refresh?.(...given);
      return new Promise<never>(() => undefined);
    },
  };
  const dying = process('gone', store.backend, deaf);
  await dying.signIn(server.signIn());
  const left = process('here');
  await left.getToken();
  dying.renew().catch(() => undefined);
  await clock.advance(10);
  expect(store.note).toContain('gone');
  if (lost) store.loseNote();
  return { ...all, left };
}

test.each([
  ['is known to be dead', false],
  ['lost its lease with the power', true],
])('a renewal whose holder %s is done again while the server forgives it', async (_name, lost) => {
  const { clock, server, events, left } = await died(lost, 60_000);
  events.length = 0;
  for (let second = 0; second < 40; second++) {
    await left.getToken();
    await clock.advance(1_000);
  }
  expect(events).toContain('lease_taken_over');
  expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
});

test('a lease that was lost with the power is taken over, so that a refusal is not taken for a revocation', async () => {
  const { clock, server, store, left } = await died(true, 0);
  await clock.advance(HOUR);
  const refused = await left.getToken().catch((error: unknown) => error);
  await clock.advance(10_000);
  expect(refused).toMatchObject({ code: 'ambiguous_rotation' });
  expect(server.counts.reuses).toBe(1);
  expect(store.text).toContain('ambiguous_rotation');
});

test('a lease whose save failed without an answer is not a reason to wait', async () => {
  const { clock, server, store, process } = world();
  let fails = 0;
  const backend: TokenBackend = {
    ...store.backend,
    async save(...given) {
      const saved = await store.backend.save(...given);
      if (fails-- > 0) throw new Error('the answer is lost');
      return saved;
    },
    async load(key) {
      if (fails-- > 0) throw new Error('away');
      return store.backend.load(key);
    },
  };
  await using manager = process('one', backend);
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  fails = 2;
  const asked = manager.getToken();
  await clock.advance(2_000);
  expect((await asked).token).toBe('at-3');
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
});
