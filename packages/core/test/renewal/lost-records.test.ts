import { createAccounts, createTokenManager, TokenEndpointError, type TokenManager } from '@everbearer/core';
import type { TokenBackend, TokenProvider, TokenSet } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { seedOf } from '../support/shared-store.ts';
import { HOUR, sharedWorld as world } from '../support/shared-world.ts';
import { strictServer } from '../support/strict-server.ts';

const familyIn = (text: string | undefined) => (JSON.parse(text ?? '{}') as { family?: string }).family;

/** A store whose deletions leave a trace. */
function tracing(backend: TokenBackend, isDeleted: () => boolean): TokenBackend {
  return { ...backend, wasDeleted: async () => isDeleted() };
}

describe('a record that vanishes under the lease of a renewal', () => {
  /** The server is asked, and answers when told; meanwhile the store can be taken away. */
  async function renewing(isDeleted = () => false) {
    const the = world();
    const manager = the.process({ backend: tracing(the.store.backend, isDeleted) });
    await manager.signIn(the.server.signIn());
    await the.clock.advance(HOUR);
    const answer = Promise.withResolvers<void>();
    the.server.trouble.push(() => answer.promise);
    const asked = manager.getToken().then(
      ({ token }) => token,
      (error: { code: string }) => error.code,
    );
    await the.clock.advance(10);
    return { ...the, manager, asked, answer: () => answer.resolve() };
  }

  test('is waited for: the rotation is served, called unsaved, and stored when the store is back', async () => {
    const { clock, server, store, process, manager, asked, answer, ask, count } = await renewing();
    const bringBack = store.moveAway();
    answer();
    await clock.advance(100);
    expect(await asked).toBe('at-3');
    expect(await manager.status()).toMatchObject({ unsaved: true, state: 'valid' });
    await clock.advance(1_400);
    expect(store.text).toBeUndefined();
    bringBack();
    await clock.advance(1_000);
    expect(store.text).toContain('rt-3');
    expect([count('unsaved'), count('saved_late')]).toEqual([1, 1]);
    await clock.advance(HOUR);
    expect(await ask(process())).toBe('at-4');
    expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
  });

  test('is put back when the lease has ended, and not before', async () => {
    const { clock, server, store, process, asked, answer, ask } = await renewing();
    store.removeByHand();
    answer();
    expect(await asked).toBe('at-3');
    await clock.advance(39_500);
    expect(store.text).toBeUndefined();
    await clock.advance(1_000);
    expect(store.text).toContain('rt-3');
    await clock.advance(HOUR);
    expect(await ask(process())).toBe('at-4');
    expect(server.counts.reuses).toBe(0);
  });

  test('is put back without erasing what the store still keeps of the same session', async () => {
    const the = world();
    const erased: (boolean | undefined)[] = [];
    const backend: TokenBackend = {
      ...the.store.backend,
      async save(key, data, expected, options) {
        erased.push(options?.eraseOlder);
        return the.store.backend.save(key, data, expected, options);
      },
    };
    const manager = the.process({ backend });
    await manager.signIn(the.server.signIn());
    expect(erased.splice(0)).toEqual([true]);
    await the.clock.advance(HOUR);
    the.server.trouble.push(() => void the.store.removeByHand());
    const asked = manager.getToken();
    await the.clock.advance(HOUR / 2);
    expect((await asked).token).toBe('at-3');
    expect(the.store.text).toContain('rt-3');
    expect(erased.some(Boolean)).toBe(false);
  });

  test('is put back by close() as well, which waits for it', async () => {
    const { clock, store, manager, asked, answer } = await renewing();
    store.removeByHand();
    answer();
    await asked;
    const closing = manager.close();
    await clock.advance(41_000);
    await closing;
    expect(store.text).toContain('rt-3');
  });

  test('and comes back from an older copy gets the rotation', async () => {
    const { clock, store, asked, answer } = await renewing();
    const older = store.snapshot();
    store.removeByHand();
    answer();
    await asked;
    older();
    await clock.advance(1_000);
    expect(store.text).toContain('rt-3');
  });

  test('is not put back where it was deleted: that ends the renewal at once', async () => {
    let deleted = false;
    const { clock, store, manager, asked, answer } = await renewing(() => deleted);
    store.removeByHand();
    deleted = true;
    answer();
    await clock.advance(100);
    expect(await asked).toBe('no_credential');
    await clock.advance(60_000);
    expect(store.text).toBeUndefined();
    expect((await manager.status()).unsaved).toBe(false);
  });

  test('keeps the rotation of a reply that comes late, though a look has found nothing meanwhile', async () => {
    const { clock, server, store, ask, process } = world();
    const answer = Promise.withResolvers<void>();
    const { refresh } = server.provider;
    let calls = 0;
    const slow: TokenProvider = {
      ...server.provider,
      async refresh(credential, context) {
        if (++calls > 1) throw new TokenEndpointError({ code: 'network', sent: false });
        await answer.promise;
        return (refresh as NonNullable<typeof refresh>)(credential, context);
      },
    };
    const manager = createTokenManager({ provider: slow, backend: store.backend, clock });
    await manager.signIn(server.signIn());
    await clock.advance(HOUR);
    const asked = manager.getToken().catch(() => undefined);
    await clock.advance(10);
    const bringBack = store.moveAway();
    await clock.advance(30_000);
    const askedLater = manager.getToken().catch(() => undefined);
    answer.resolve();
    await clock.advance(100);
    await asked;
    await askedLater;
    bringBack();
    await clock.advance(45_000);
    expect(store.text).toContain('rt-3');
    await clock.advance(HOUR);
    expect(await ask(process())).toBe('at-4');
    expect(server.counts.reuses).toBe(0);
  });
});

describe('a record that is gone for a while', () => {
  /** Two rotations, and a copy of the store from before the second. */
  async function rotated(options: Parameters<typeof world>[0] = {}) {
    const the = world(options);
    const manager = the.process();
    await manager.signIn(the.server.signIn());
    const older = the.store.snapshot();
    await the.clock.advance(HOUR);
    expect(await the.ask(manager)).toBe('at-3');
    return { ...the, manager, older };
  }

  /** A look finds nothing. */
  async function lookAtNothing({ clock, store, manager }: Awaited<ReturnType<typeof rotated>>) {
    store.removeByHand();
    await clock.advance(31_000);
    expect((await manager.status()).reason).toBe('no_credential');
    expect(store.text).toBeUndefined();
  }

  test('and comes back older: the newest is put back, and the spent refresh token is not presented', async () => {
    const the = await rotated();
    const { clock, server, store, manager, older, ask, count } = the;
    await lookAtNothing(the);
    older();
    expect(await ask(manager)).toBe('at-3');
    expect(store.text).toContain('rt-3');
    expect(count('repaired')).toBe(1);
    await clock.advance(HOUR);
    expect(await ask(manager)).toBe('at-4');
    expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
  });

  test('and comes back as it was is taken up again, with the age its token had', async () => {
    const the = await rotated();
    const { clock, server, store, manager, ask } = the;
    const bringBack = store.moveAway();
    await clock.advance(31_000);
    expect((await manager.status()).reason).toBe('no_credential');
    bringBack();
    clock.setBack(HOUR);
    expect(await ask(manager, 0)).toBe('at-3');
    await clock.advance(HOUR);
    expect(await ask(manager)).toBe('at-4');
    expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
  });

  test('is remembered while its account is asleep', async () => {
    const { clock, server, store, older } = await rotated();
    const accounts = createAccounts({ provider: server.provider, backend: store.backend, clock, maxLive: 1 });
    const manager = accounts.for('default');
    expect((await manager.getToken()).token).toBe('at-3');
    store.removeByHand();
    await manager.status();
    await accounts.for('b').status();
    await accounts.for('c').status();
    older();
    for (let look = 0; look < 3; look++) await manager.status();
    expect(store.text).toContain('rt-3');
  });

  test('from before a sign-in: that session does not come back', async () => {
    const the = await rotated();
    const { clock, server, store, manager, older, ask, process } = the;
    await lookAtNothing(the);
    await manager.signIn(server.signIn());
    const family = familyIn(store.text);
    older();
    for (let look = 0; look < 3; look++) await manager.status();
    expect(familyIn(store.text)).toBe(family);
    await clock.advance(HOUR);
    expect(await ask(process())).toBe(await ask(manager));
    expect(familyIn(store.text)).toBe(family);
    expect(server.counts.reuses).toBe(0);
  });

  test('from before a sign-out: that session does not come back', async () => {
    const the = await rotated();
    const { store, manager, older, ask, process } = the;
    await lookAtNothing(the);
    await manager.signOut();
    older();
    for (let look = 0; look < 3; look++) await manager.status();
    expect(await ask(process())).toBe('signed_out');
    expect(store.text).not.toContain('rt-');
  });

  test('from before a sign-in elsewhere, by a process that had never seen it: that session does not come back', async () => {
    const the = await rotated();
    const { server, store, manager, older, ask, process } = the;
    await lookAtNothing(the);
    await process().signIn(server.signIn());
    const family = familyIn(store.text);
    expect(await ask(manager)).toMatch(/^at-/);
    older();
    for (let look = 0; look < 3; look++) await manager.status();
    expect(familyIn(store.text)).toBe(family);
    expect(server.counts.reuses).toBe(0);
  });

  test('and another sign-in there meanwhile is taken up', async () => {
    const the = await rotated();
    const { server, store, manager, ask, process } = the;
    await lookAtNothing(the);
    await process().signIn(server.signIn());
    const family = familyIn(store.text);
    expect(await ask(manager)).toMatch(/^at-/);
    expect(familyIn(store.text)).toBe(family);
  });

  test('and stays away is a removal: it is not written back, and nothing is renewed from memory', async () => {
    const the = await rotated();
    const { clock, server, store, manager, ask } = the;
    await lookAtNothing(the);
    for (let n = 0; n < 5; n++) {
      await clock.advance(HOUR);
      expect(await ask(manager)).toBe('no_credential');
    }
    expect(store.text).toBeUndefined();
    expect(server.counts.refreshes).toBe(1);
  });

  test.each([
    ['a store that keeps', true],
    ['a store that forgets', false],
  ])('because it was deleted from %s stays so', async (_name, durable) => {
    const { clock, server, store, ask } = world({ durable });
    let deleted = false;
    const backend = tracing(store.backend, () => deleted);
    const manager = createTokenManager({ provider: server.provider, backend, clock });
    await manager.signIn(server.signIn());
    store.removeByHand();
    deleted = true;
    await clock.advance(HOUR);
    expect(await ask(manager)).toBe('no_credential');
    expect(store.text).toBeUndefined();
  });

  test('brings an empty record of its own no more than what replaced it may', async () => {
    const { clock, server, store } = world();
    let serial = 0;
    const acquire = async (): Promise<TokenSet> => ({
      accessToken: `app-${++serial}`,
      expiresAt: clock.now() + HOUR,
    });
    const provider = { ...server.provider, acquire };
    const manager = createTokenManager({ provider, backend: store.backend, clock });
    await manager.getToken();
    const [older, family] = [store.snapshot(), familyIn(store.text)];
    store.removeByHand();
    await clock.advance(HOUR);
    await manager.getToken();
    expect(familyIn(store.text)).not.toBe(family);
    older();
    for (let look = 0; look < 3; look++) await manager.status();
    expect(familyIn(store.text)).not.toBe(family);
  });
});

describe('a seed in front of a record that is gone', () => {
  async function seeded(profile: object = {}, isDeleted = () => false) {
    const { clock, store, ask } = world();
    const server = strictServer({ now: clock.now, profile });
    const { refreshToken } = server.signIn();
    const manager: TokenManager = createTokenManager({
      provider: server.provider,
      backend: tracing(store.backend, isDeleted),
      seed: seedOf(refreshToken).seed,
      clock,
    });
    await ask(manager, 100);
    return { clock, server, store, manager, ask };
  }

  test('is spent, and not presented again, where old refresh tokens die', async () => {
    const { clock, server, store, manager, ask } = await seeded();
    const bringBack = store.moveAway();
    await clock.advance(HOUR);
    expect(await ask(manager)).toBe('no_credential');
    bringBack();
    expect(await ask(manager)).toMatch(/^at-/);
    expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
  });

  test('is imported again where it may still be good', async () => {
    const { clock, server, store, manager, ask } = await seeded({ graceMs: Number.POSITIVE_INFINITY });
    store.removeByHand();
    await clock.advance(HOUR);
    await ask(manager);
    expect(server.counts.requests).toBe(2);
  });

  test('is imported again after a deletion, which somebody meant', async () => {
    let deleted = false;
    const { clock, server, store, manager, ask } = await seeded({}, () => deleted);
    store.removeByHand();
    deleted = true;
    await clock.advance(HOUR);
    await ask(manager);
    expect(server.counts.requests).toBe(2);
  });
});
