import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import type { TokenBackend, TokenSet } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { HOUR, sharedWorld as world } from '../support/shared-world.ts';
import { strictServer } from '../support/strict-server.ts';
import { type TestClock, testClock } from '../support/test-clock.ts';

const refreshTokenOf = (tokens: TokenSet) => tokens.refreshToken as string;

test('a record deleted by hand, then a new sign-in while an old process runs: the new one survives', async () => {
  const { clock, server, store, process, ask } = world();
  const old = process();
  await old.signIn(server.signIn());
  store.removeByHand();
  const other = process();
  const fresh = server.signIn();
  await other.signIn(fresh);
  const { family } = JSON.parse(store.text ?? '{}') as { family: string };
  await clock.advance(HOUR);
  expect(await ask(old)).toBe(await ask(other));
  expect(JSON.parse(store.text ?? '{}')).toMatchObject({ family });
  expect(server.counts.reuses).toBe(0);
  expect(server.counts.refreshes).toBe(1);
});

test('a record removed by hand from a durable store stays removed', async () => {
  const { clock, server, store, process, ask } = world();
  const manager = process();
  await manager.signIn(server.signIn());
  store.removeByHand();
  await clock.advance(HOUR);
  expect(await ask(manager)).toBe('no_credential');
  expect(store.text).toBeUndefined();
});

test('a store rolled back under a running process is repaired, and nothing is redeemed twice', async () => {
  const { clock, server, store, process, ask, count } = world();
  const manager = process();
  await manager.signIn(server.signIn());
  const rollBack = store.snapshot();
  await clock.advance(HOUR);
  expect(await ask(manager)).toBe('at-3');
  rollBack();
  expect(store.text).toContain('rt-2');
  await clock.advance(31_000);
  expect(await ask(manager)).toBe('at-3');
  expect(store.text).toContain('rt-3');
  expect(count('repaired')).toBe(1);
  await clock.advance(HOUR);
  expect(await ask(manager)).toBe('at-4');
  expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
});

test('a process that starts on a rolled-back store is saved by one that still holds the newer tokens', async () => {
  const { clock, server, store, process, ask } = world({ durable: false });
  const holder = process();
  await holder.signIn(server.signIn());
  await clock.advance(HOUR);
  await ask(holder);
  store.removeByHand();
  const starter = process({ seed: seedOf('rt-2').seed });
  const starting = starter.getToken();
  await clock.advance(1_000);
  expect(server.counts.reuses).toBe(0);
  await ask(holder, 31_000);
  await clock.advance(31_000);
  expect((await starting).token).toBe(await ask(holder));
  expect(server.counts.reuses).toBe(0);
});

test('two processes with differing seeds: each is imported once, and there is no ping-pong', async () => {
  const { clock, server, process, ask, count } = world();
  const a = process({ seed: seedOf(refreshTokenOf(server.signIn())).seed });
  const b = process({ seed: seedOf(refreshTokenOf(server.signIn())).seed });
  expect(await ask(a)).toMatch(/^at-/);
  expect(await ask(b)).toMatch(/^at-/);
  expect(count('signed_in')).toBe(2);
  for (let hour = 0; hour < 4; hour++) {
    await clock.advance(HOUR);
    expect(await ask(a)).toBe(await ask(b));
  }
  expect(count('signed_in')).toBe(2);
  expect(server.counts).toMatchObject({ reuses: 0, refreshes: 6 });
});

test('a dead seed never displaces a living session, and is tried once', async () => {
  const { clock, server, store, process, ask } = world();
  const living = process();
  await living.signIn(server.signIn());
  const seeded = process({ seed: seedOf('rt-dead').seed });
  expect(await ask(seeded)).toBe(await ask(living));
  expect(server.counts).toMatchObject({ requests: 1, refreshes: 0 });
  await clock.advance(HOUR);
  expect(await ask(seeded)).toBe(await ask(living));
  expect(server.counts).toMatchObject({ requests: 2, refreshes: 1, reuses: 0 });
  expect(store.text).not.toContain('rt-dead');
});

test('a dead seed in front of an empty store says that a person must sign in', async () => {
  const { process, ask } = world();
  expect(await ask(process({ seed: seedOf('rt-dead').seed }))).toBe('revoked');
});

test('a changed seed is a new sign-in; the seed present at a sign-out is not imported again', async () => {
  const { clock, server, process, ask, count } = world();
  const seed = seedOf(refreshTokenOf(server.signIn()));
  const manager = process({ seed: seed.seed });
  await ask(manager);
  await manager.signOut();
  await clock.advance(60_000);
  expect(await ask(manager)).toBe('signed_out');
  seed.change(refreshTokenOf(server.signIn()));
  await clock.advance(60_000);
  expect(await ask(manager)).toMatch(/^at-/);
  expect(count('signed_in')).toBe(2);
});

test('a sign-in from a machine whose clock is an hour behind, after a deletion, stays', async () => {
  const { clock, server, store, process, ask } = world();
  const old = process();
  await old.signIn(server.signIn());
  store.removeByHand();
  const behind: TestClock = { ...clock, now: () => clock.now() - HOUR };
  await process({ clock: behind }).signIn(server.signIn());
  const { family } = JSON.parse(store.text ?? '{}') as { family: string };
  await clock.advance(HOUR);
  await ask(old);
  await clock.advance(HOUR);
  await ask(old);
  expect(JSON.parse(store.text ?? '{}')).toMatchObject({ family });
  expect(server.counts.reuses).toBe(0);
});

test('a lease whose holder cannot be told from here is waited for, not taken for dead', async () => {
  const { clock, server, store, process } = world();
  const backend: TokenBackend = {
    ...store.backend,
    holder: 'container b, pid 1',
    isHolderAlive: () => undefined,
  };
  const first = createTokenManager({ provider: server.provider, backend, clock });
  await first.signIn(server.signIn());
  const gate = Promise.withResolvers<void>();
  server.trouble.push(() => gate.promise);
  await clock.advance(HOUR);
  const slow = first.getToken();
  await clock.advance(10);
  const waiting = process().getToken();
  await clock.advance(5_000);
  expect(server.counts.requests).toBe(1);
  gate.resolve();
  await clock.advance(1_000);
  expect((await waiting).token).toBe((await slow).token);
  expect(server.counts).toMatchObject({ requests: 1, refreshes: 1 });
});

test('the lease of a holder that is gone is taken over at once', async () => {
  const { clock, server, store, events } = world();
  const dying: TokenBackend = { ...store.backend, holder: 'gone' };
  const first = createTokenManager({ provider: server.provider, backend: dying, clock });
  await first.signIn(server.signIn());
  server.trouble.push(() => new Promise<never>(() => undefined));
  await clock.advance(HOUR);
  first.getToken().catch(() => undefined);
  await clock.advance(10);
  const backend: TokenBackend = {
    ...store.backend,
    isHolderAlive: (holder) => (holder === 'gone' ? false : undefined),
  };
  const second = createTokenManager({
    provider: server.provider,
    backend,
    clock,
    onEvent: (e) => void events.push(e),
  });
  const token = second.getToken();
  await clock.advance(500);
  expect((await token).token).toBe('at-3');
  expect(events.map(({ type }) => type)).toContain('lease_taken_over');
});

test('a refresh token that arrives after signOut({ revoke }) is not saved, and is revoked', async () => {
  const { clock, server, store, process } = world();
  const revoked: (string | undefined)[] = [];
  const provider = {
    ...server.provider,
    revoke: async (tokens: TokenSet) => void revoked.push(tokens.refreshToken),
  };
  const manager = createTokenManager({ provider, backend: store.backend, clock });
  await manager.signIn(server.signIn());
  const gate = Promise.withResolvers<void>();
  server.trouble.push(() => gate.promise);
  await clock.advance(HOUR);
  const renewing = manager.getToken().catch((error: { code: string }) => error.code);
  await clock.advance(10);
  await process().signOut();
  await manager.signOut({ revoke: true });
  gate.resolve();
  await clock.advance(100);
  expect(await renewing).toBe('signed_out');
  expect(revoked).toContain('rt-3');
  expect(store.text).not.toContain('rt-');
});

/** A manager whose seed is being redeemed just now, until the gate opens. */
async function importing() {
  const the = world();
  const gate = Promise.withResolvers<void>();
  const seed = refreshTokenOf(the.server.signIn());
  const manager = the.process({ seed: seedOf(seed).seed });
  the.server.trouble.push(() => gate.promise);
  const asked = manager.getToken().then(
    ({ token }) => token,
    (error: { code: string }) => error.code,
  );
  await the.clock.advance(10);
  return { ...the, manager, asked, seed, open: () => gate.resolve() };
}

test('a sign-in made while a seed is redeemed survives it, and the seed is not redeemed again', async () => {
  const { clock, server, store, manager, asked, open, ask } = await importing();
  await manager.signIn(server.signIn());
  const { family } = JSON.parse(store.text ?? '{}') as { family: string };
  open();
  await clock.advance(100);
  expect(await asked).toMatch(/^at-/);
  expect(JSON.parse(store.text ?? '{}')).toMatchObject({ family });
  await clock.advance(HOUR);
  await ask(manager);
  expect(JSON.parse(store.text ?? '{}')).toMatchObject({ family });
  expect(server.counts.reuses).toBe(0);
});

test('a sign-in elsewhere while a seed is redeemed survives it, and the seed is remembered', async () => {
  const { clock, server, store, process, manager, asked, open, ask } = await importing();
  await process().signIn(server.signIn());
  const { family } = JSON.parse(store.text ?? '{}') as { family: string };
  open();
  await clock.advance(100);
  expect(await asked).toMatch(/^at-/);
  await clock.advance(HOUR);
  await ask(manager);
  expect(JSON.parse(store.text ?? '{}')).toMatchObject({ family });
  expect(server.counts.reuses).toBe(0);
});

test('a sign-out while a seed is redeemed stays one', async () => {
  const { clock, store, manager, asked, open } = await importing();
  await manager.signOut();
  open();
  await clock.advance(100);
  expect(await asked).toBe('signed_out');
  expect(JSON.parse(store.text ?? '{}')).toMatchObject({ state: 'signed_out' });
});

test('a second loss of the store begins a moment of repair like the first', async () => {
  const { clock, server, store, process, ask } = world({ durable: false });
  const [a, b] = [process(), process()];
  await a.signIn(server.signIn());
  await ask(b);
  for (let loss = 0; loss < 2; loss++) {
    await clock.advance(HOUR);
    // Only one of them knows the newest token when the store is emptied.
    await ask(loss === 0 ? a : b, 100);
    store.removeByHand();
    const behind = loss === 0 ? b : a;
    const asking = behind.getToken({ rejected: behind.peek?.()?.token ?? 'none' }).catch(() => undefined);
    await clock.advance(1_000);
    expect(server.counts.reuses, `loss ${loss}`).toBe(0);
    // The holder goes on with its work, and so comes to look at the store.
    for (let n = 0; n < 25; n++) await ask(loss === 0 ? a : b, 2_000);
    await asking;
  }
  expect(server.counts.reuses).toBe(0);
});

test('a lost reply is not forgotten when the next try is put off: the refusal is called ambiguous', async () => {
  const clock = testClock();
  let lost = false;
  const server = strictServer({ now: clock.now, losesReply: () => lost });
  const { backend } = sharedStore();
  const manager = createTokenManager({ provider: server.provider, backend, clock });
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  lost = true;
  const busy = () =>
    new TokenEndpointError({ code: 'temporarily_unavailable', status: 503, retryAfterMs: 5_000 });
  server.trouble.push(() => undefined, busy);
  const asked = manager.getToken().catch((error: { code: string }) => error.code);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await clock.advance(6_000);
  expect(await asked).toBe('ambiguous_rotation');
});

test('what was put back after a loss is redeemed by nobody, until its newer holders had their moment', async () => {
  const { clock, server, store, process, ask } = world({ durable: false });
  const [newest, older, third] = [process(), process(), process()];
  await newest.signIn(server.signIn());
  await ask(older);
  await clock.advance(HOUR);
  await ask(newest, 100);
  store.removeByHand();
  const waiting = older.getToken();
  await clock.advance(100);
  expect(store.text).toContain('rt-2');
  expect(await ask(third, 1_000)).toBe('temporarily_unavailable');
  for (let n = 0; n < 30; n++) await ask(newest, 2_000);
  expect(await ask(third)).toBe(await ask(newest));
  expect((await waiting).token).toBe(await ask(newest));
  expect(server.counts.reuses).toBe(0);
});

test('a sign-in while a renewal looks at the store is not taken for a loss: nobody waits for a repair', async () => {
  const { clock, server, store, count } = world();
  let gate: Promise<void> | undefined;
  const backend: TokenBackend = {
    ...store.backend,
    async load(key) {
      const stored = await store.backend.load(key);
      await gate;
      return stored;
    },
  };
  const manager = createTokenManager({ provider: server.provider, backend, clock });
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  const opened = Promise.withResolvers<void>();
  gate = opened.promise;
  const asked = manager.getToken();
  await clock.advance(10);
  gate = undefined;
  const { refreshToken } = server.signIn();
  await manager.signIn({ refreshToken: refreshToken as string });
  opened.resolve();
  await clock.advance(1_000);
  const waiting = new Promise((resolve) => setImmediate(() => resolve('still waiting')));
  const outcome = await Promise.race([asked.then(() => 'a token'), waiting]);
  expect(outcome).toBe('a token');
  expect(count('repaired')).toBe(0);
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
});

test('where a store hints, the holder of something newer puts it back in time, though nobody asks it for a token', async () => {
  const { clock, server, store, process, ask, count } = world({ durable: false, hints: true });
  const newest = process();
  await newest.signIn(server.signIn());
  const deaf: TokenBackend = { ...store.backend, watch: () => () => undefined };
  const behind = createTokenManager({ provider: server.provider, backend: deaf, clock });
  await ask(behind, 100);
  await clock.advance(HOUR);
  const token = await ask(newest, 100);
  store.removeByHand();
  expect(await ask(behind, 5_000)).toBe(token);
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(count('repaired')).toBe(1);
});

test('hints end with the manager', async () => {
  const { clock, server, store, process } = world({ hints: true });
  const [manager, other] = [process(), process()];
  await manager.signIn(server.signIn());
  await manager.getToken();
  await manager.close();
  await other.signIn(server.signIn());
  await clock.advance(1_000);
  expect(manager.state).toBe('closed');
  await other.close();
  expect(store.listeners).toBe(0);
});
