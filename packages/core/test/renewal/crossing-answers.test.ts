import { createTokenManager } from '@everbearer/core';
import type { TokenBackend, TokenSet } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { seedOf } from '../support/shared-store.ts';
import { HOUR, sharedWorld } from '../support/shared-world.ts';

/* What crosses within one process: answers of the store and of the token endpoint that overtake one another. */

/** Retries take real time. */
async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; !isSo() && n < 1_000; n++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

type World = ReturnType<typeof sharedWorld>;

/** A backend whose answers to `what` wait at a gate, once it is shut; what they say was true when they were asked. */
function gated(backend: TokenBackend, what: 'load' | 'save') {
  let shut: PromiseWithResolvers<void> | undefined;
  const answer = async <T>(asked: Promise<T>): Promise<T> => {
    const gate = shut;
    const value = await asked;
    await gate?.promise;
    return value;
  };
  return {
    backend: {
      ...backend,
      load: (key: string) => (what === 'load' ? answer(backend.load(key)) : backend.load(key)),
      save: (...given: Parameters<TokenBackend['save']>) =>
        what === 'save' ? answer(backend.save(...given)) : backend.save(...given),
    } satisfies TokenBackend,
    shut() {
      shut = Promise.withResolvers<void>();
      const { resolve } = shut;
      return {
        /** Later questions are answered at once; those that wait, wait on. */
        letOthersPass: () => (shut = undefined),
        open: () => resolve(),
      };
    },
  };
}

const familyIn = (text: string | undefined) => (JSON.parse(text ?? '{}') as { family?: string }).family;

test('a sign-in here outlives the renewal under way, although the store goes back behind it', async () => {
  const { clock, server, store, ask } = sharedWorld({ durable: false });
  const manager = createTokenManager({ provider: server.provider, backend: store.backend, clock });
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  const reply = Promise.withResolvers<void>();
  server.trouble.push(() => reply.promise);
  const asked = manager.getToken().catch((error: { code: string }) => error.code);
  await clock.advance(10);
  const rollBack = store.snapshot();
  const fresh = server.signIn();
  await manager.signIn(fresh);
  const family = familyIn(store.text);
  rollBack();
  reply.resolve();
  await clock.advance(100);
  await clock.advance(60_000);
  await asked;
  expect(await ask(manager)).toBe(fresh.accessToken);
  expect(familyIn(store.text)).toBe(family);
  expect(server.counts.reuses).toBe(0);
});

test('the late answer of a lease does not put an older family in the place of a sign-in', async () => {
  const { clock, server, store, ask } = sharedWorld();
  const { backend, shut } = gated(store.backend, 'save');
  const manager = createTokenManager({ provider: server.provider, backend, clock });
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  const gate = shut();
  const asked = manager.getToken();
  await clock.advance(10);
  gate.letOthersPass();
  const fresh = server.signIn();
  await manager.signIn(fresh);
  const states: string[] = [];
  server.trouble.push(() => void states.push(manager.state));
  gate.open();
  await clock.advance(100);
  expect((await asked).token).toBe(fresh.accessToken);
  expect(states).toEqual(['valid']);
  expect(await ask(manager)).toBe(fresh.accessToken);
});

test('the reply to a seed that comes after its lease has ended is kept: the seed is not redeemed again', async () => {
  const { clock, server, store, process, ask, count } = sharedWorld();
  const reply = Promise.withResolvers<void>();
  server.trouble.push(() => reply.promise);
  const manager = process({ seed: seedOf(server.signIn().refreshToken as string).seed });
  // Past the end of the lease, and not so far that the pause after it is over.
  const asked = ask(manager, 35_400);
  await until(() => store.text?.includes('"notBefore"') ?? false);
  reply.resolve();
  await clock.advance(60_000);
  await asked;
  expect(await ask(manager)).toMatch(/^at-/);
  expect(count('signed_in')).toBe(1);
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
});

test('two replies to one seed are one family, and the younger stays', async () => {
  const { clock, store } = sharedWorld();
  const first = Promise.withResolvers<void>();
  let requests = 0;
  const tokens = (n: number): TokenSet => ({
    accessToken: `at-${n}`,
    refreshToken: `rt-${n}`,
    expiresAt: clock.now() + HOUR,
  });
  const provider = {
    id: 'forgiving',
    profile: { rotates: true, graceMs: 60_000, oldAccessTokenDies: false, slidingWindow: false } as const,
    scopes: ['read'],
    async refresh() {
      const n = ++requests;
      if (n === 1) await first.promise;
      return tokens(n);
    },
  };
  const manager = createTokenManager({
    provider,
    backend: store.backend,
    seed: seedOf('rt-0').seed,
    clock,
  });
  const asked = manager.getToken().catch((error: { code: string }) => error.code);
  await clock.advance(37_000);
  expect(await asked).toBe('timeout');
  const again = manager.getToken();
  await until(() => requests === 2);
  await clock.advance(1_000);
  expect((await again).token).toBe('at-2');
  const family = familyIn(store.text);
  first.resolve();
  await clock.advance(1_000);
  expect(requests).toBe(2);
  expect(familyIn(store.text)).toBe(family);
  expect(store.text).toContain('rt-1');
});

test('a record that had to be recovered is put back before anybody redeems it', async () => {
  const { clock, server, store, process, count } = sharedWorld();
  await process().signIn(server.signIn());
  let isDamaged = true;
  const backend: TokenBackend = {
    ...store.backend,
    async load(key) {
      const stored = await store.backend.load(key);
      return stored && isDamaged ? { ...stored, recovered: true } : stored;
    },
    async save(...given) {
      const saved = await store.backend.save(...given);
      isDamaged &&= saved === undefined;
      return saved;
    },
  };
  await clock.advance(HOUR);
  const starter = createTokenManager({ provider: server.provider, backend, clock });
  const asked = starter.getToken();
  await clock.advance(1_000);
  expect(server.counts.requests).toBe(0);
  expect(JSON.parse(store.text ?? '{}')).toHaveProperty('notBefore');
  const other = process()
    .getToken()
    .catch((error: { code: string }) => error.code);
  await clock.advance(1_000);
  expect(await other).toBe('temporarily_unavailable');
  await clock.advance(60_000);
  expect((await asked).token).toMatch(/^at-/);
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(count('repaired')).toBe(0);
});

/** A renewal whose answer has come and is being saved: who asks meanwhile gets `token`. */
async function renewalBeingSaved() {
  const { clock, server, store } = sharedWorld();
  const { backend, shut } = gated(store.backend, 'save');
  const manager = createTokenManager({ provider: server.provider, backend, clock });
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  const reply = Promise.withResolvers<void>();
  server.trouble.push(() => reply.promise);
  const asked = manager.getToken();
  await clock.advance(10);
  // The lease is taken: what is saved next is the rotation.
  const gate = shut();
  reply.resolve();
  await clock.advance(10);
  const { token } = await manager.getToken();
  const letItBeSaved = async () => {
    gate.letOthersPass();
    gate.open();
    await clock.advance(100);
  };
  return { clock, server, manager, asked, token, letItBeSaved };
}

test('a token that is refused while it is still being saved is renewed, and not called the last word', async () => {
  const { server, manager, asked, token, letItBeSaved } = await renewalBeingSaved();
  const again = manager.getToken({ rejected: token });
  await letItBeSaved();
  expect((await again).token).not.toBe(token);
  expect((await asked).token).toBe((await again).token);
  expect(server.counts.refreshes).toBe(2);
});

test.each([
  ['was on its way', async ({ clock }: World) => clock.advance(8_000), 8_000],
  ['lay unread while the machine slept', async ({ clock }: World) => clock.setBack(-2 * HOUR), 2 * HOUR],
])('the life of a token counts from the question: the answer %s', async (_name, passes, tookMs) => {
  const world = sharedWorld();
  const { clock, server, store } = world;
  const manager = createTokenManager({ provider: server.provider, backend: store.backend, clock });
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  const reply = Promise.withResolvers<void>();
  server.trouble.push(() => reply.promise);
  const asked = manager.getToken();
  await clock.advance(10);
  await passes(world);
  reply.resolve();
  await clock.advance(10);
  const { token, expiresAt = 0 } = await asked;
  // Ten milliseconds are those above; the server of these tests tells the end as if the answer had taken no time.
  expect(expiresAt - clock.now()).toBe(HOUR - tookMs - 20);
  expect(manager.state).toBe(tookMs < HOUR ? 'valid' : 'expired');
  const next = manager.getToken();
  await clock.advance(100);
  const isSame = (await next).token === token;
  expect(isSame).toBe(tookMs < HOUR);
});

test('a token that ends while it is being saved, since the machine slept, is not handed out', async () => {
  const { clock, server, asked, token, letItBeSaved } = await renewalBeingSaved();
  clock.setBack(-2 * HOUR);
  await letItBeSaved();
  expect((await asked).token).not.toBe(token);
  expect(server.counts.refreshes).toBe(2);
});

test('a reply that comes after its lease has ended brings its rotation, and a token as old as the question', async () => {
  const { clock, server, store, process, ask } = sharedWorld();
  const manager = process();
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  const reply = Promise.withResolvers<void>();
  server.trouble.push(() => reply.promise);
  const askedAt = clock.now();
  // Past the end of the lease, and not so far that the pause after it is over.
  const asked = ask(manager, 35_400);
  await until(() => store.text?.includes('"notBefore"') ?? false);
  reply.resolve();
  await clock.advance(10);
  const tookMs = clock.now() - 10 - askedAt;
  expect(tookMs).toBeGreaterThan(35_000);
  expect((await manager.status()).accessTokenExpiresAt).toBe(askedAt + HOUR);
  await clock.advance(60_000);
  await asked;
  expect(await ask(manager)).toMatch(/^at-/);
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
});
