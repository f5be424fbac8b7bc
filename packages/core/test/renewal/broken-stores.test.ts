import {
  type AuthEvent,
  createTokenManager,
  seedFrom,
  type TokenManager,
  type TokenManagerOptions,
} from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { HOUR } from '../support/shared-world.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

/* Stores that never go along: each ask ends, through real pauses, with an error that says what the store does. */

type Trouble = Partial<Pick<TokenBackend, 'load' | 'save'>>;

const NEVER = new Promise<never>(() => undefined);

/** A session that has just expired, on a store that has this trouble from `begin()` on. */
async function troubled(
  trouble: (store: TokenBackend) => Trouble,
  timing: TokenManagerOptions['timing'] = {},
) {
  const clock = testClock();
  const server = strictServer({ now: clock.now });
  const store = sharedStore();
  const bad = trouble(store.backend);
  const calls = { load: 0, save: 0 };
  let isBad = false;
  const backend: TokenBackend = {
    ...store.backend,
    load(key) {
      calls.load++;
      return (isBad && bad.load ? bad.load : store.backend.load)(key);
    },
    save(...given) {
      calls.save++;
      return (isBad && bad.save ? bad.save : store.backend.save)(...given);
    },
  };
  const events: AuthEvent[] = [];
  const open = () =>
    createTokenManager({
      provider: server.provider,
      backend,
      clock,
      timing,
      onEvent: (event) => void events.push(event),
    });
  const manager = open();
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  const begin = () => {
    isBad = true;
    calls.load = 0;
    calls.save = 0;
  };
  const mend = () => {
    isBad = false;
  };
  return { clock, server, store, manager, open, begin, mend, calls, events };
}

/** How the ask ended, and when; `waits` if it has not. */
function watched(clock: ReturnType<typeof testClock>, ask: () => Promise<unknown>) {
  const begunAt = clock.monotonic();
  const state: { is: string; message: string; atMs: number } = { is: 'waits', message: '', atMs: 0 };
  const end = (is: string, message = '') =>
    Object.assign(state, { is, message, atMs: clock.monotonic() - begunAt });
  ask().then(
    () => end('done'),
    ({ name, code, message }: { name: string; code: string; message: string }) =>
      end(`${name} ${code}`, message),
  );
  return state;
}

/** What it shows is always older than what it was last given. */
function alwaysBefore(store: TokenBackend): Trouble {
  let shown: Awaited<ReturnType<TokenBackend['load']>>;
  return {
    load: async (key) => {
      shown ??= await store.load(key);
      const record = JSON.parse(shown?.data ?? '{}') as { seq: number };
      return shown && { ...shown, data: JSON.stringify({ ...record, seq: record.seq - 1 }) };
    },
    save: async (_key, _data, expected) => (expected === shown?.version ? 'saved' : undefined),
  };
}

describe('a store that goes back on what it says', () => {
  test.each<[string, (store: TokenBackend) => Trouble, RegExp]>([
    ['another process wrote first, at each save', () => ({ save: async () => undefined }), /wrote first/],
    ['what it shows is always older than what was saved', alwaysBefore, /older than/],
  ])('%s: paused, bounded, and told', async (_name, trouble, says) => {
    const { clock, manager, begin, calls, server } = await troubled(trouble);
    await manager.renew().catch(() => undefined);
    begin();
    const asked = watched(clock, () => manager.renew());
    await clock.advance(5);
    expect(asked.is).toBe('waits');
    expect(calls.load).toBeLessThan(6);
    await clock.advance(20_000);
    expect(asked.is).toBe('TokenBackendError unavailable');
    expect(asked.message).toMatch(says);
    expect(asked.atMs).toBeGreaterThan(2_000);
    expect(calls.load + calls.save).toBeLessThan(250);
    expect(server.counts.reuses).toBe(0);
  });

  test.each<[string, (store: TokenBackend) => Trouble, RegExp]>([
    ['conflicts', () => ({ save: async () => undefined }), /wrote first/],
    ['older texts', alwaysBefore, /older than/],
  ])(
    'a deadline that comes before the last of its %s says what the store does',
    async (_name, trouble, says) => {
      const timing = { renewalTimeoutMs: 2_000, leaseTtlMs: 1_500, requestTimeoutMs: 500 };
      const { clock, manager, begin } = await troubled(trouble, timing);
      await manager.renew().catch(() => undefined);
      begin();
      const asked = watched(clock, () => manager.renew());
      await clock.advance(5_000);
      expect(asked.is).toBe('TokenBackendError unavailable');
      expect(asked.message).toMatch(says);
    },
  );

  test('a sign-in and a sign-out over such a store pause as well, and say so', async () => {
    const { clock, manager, begin, calls, server } = await troubled(() => ({ save: async () => undefined }));
    begin();
    for (const act of [() => manager.signIn(server.signIn()), () => manager.signOut()]) {
      const acted = watched(clock, act);
      await clock.advance(5);
      expect(acted.is).toBe('waits');
      expect(calls.save).toBeLessThan(6);
      await clock.advance(20_000);
      expect(acted.is).toBe('TokenBackendError unavailable');
      expect(acted.message).toMatch(/wrote first/);
      calls.save = 0;
    }
  });

  test('a rotation that such a store does not take is kept, its callers are told why, and it is saved in the end', async () => {
    const { clock, manager, begin, mend, server, store, events } = await troubled(() => ({
      save: async () => undefined,
    }));
    server.trouble.push(() => begin());
    const first = watched(clock, () => manager.getToken());
    await clock.advance(60_000);
    expect(first.is).toBe('done');
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'unsaved',
        error: expect.objectContaining({
          code: 'unavailable',
          message: expect.stringMatching(/wrote first/),
        }),
      }),
    );
    mend();
    await clock.advance(2_000);
    expect(store.text).toContain((await manager.getToken()).token);
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  });
});

describe('a store that never answers', () => {
  test.each<[string, Trouble]>([
    ['a load', { load: () => NEVER }],
    ['a save', { save: () => NEVER }],
  ])(
    '%s: each ask ends at the deadline of its renewal, and the next one can go on',
    async (_name, trouble) => {
      const { clock, open, begin, mend, server } = await troubled(() => trouble);
      // One that has seen nothing yet: it looks before it saves.
      const manager = open();
      if (!trouble.load) await manager.status();
      begin();
      const asked = watched(clock, () => manager.getToken());
      await clock.advance(89_000);
      expect(asked.is).toBe('waits');
      await clock.advance(3_000);
      expect(asked.is).toBe('TokenBackendError unavailable');
      expect(asked.message).toMatch(/does not answer|has not answered/);
      mend();
      const next = watched(clock, () => manager.getToken());
      await clock.advance(41_000);
      expect(next.is).toBe('done');
      expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
    },
  );

  test.each<[string, (manager: TokenManager) => Promise<unknown>]>([
    ['status()', (manager) => manager.status()],
    ['renew()', (manager) => manager.renew()],
    ['signOut()', (manager) => manager.signOut()],
  ])('%s ends as well', async (_name, act) => {
    const { clock, open, begin } = await troubled(() => ({ load: () => NEVER }));
    begin();
    const acted = watched(clock, () => act(open()));
    await clock.advance(95_000);
    expect(acted.is).toBe('TokenBackendError unavailable');
  });

  test.each<[string, (manager: TokenManager) => Promise<unknown>, string]>([
    ['getToken()', (manager) => manager.getToken(), 'TokenBackendError unavailable'],
    ['renew()', (manager) => manager.renew(), 'TokenBackendError unavailable'],
    ['signIn()', (manager) => manager.signIn({ accessToken: 'at-1', refreshToken: 'rt-1' }), 'done'],
  ])('%s over a seed that never answers ends as well', async (_name, act, end) => {
    const clock = testClock();
    const { provider } = strictServer({ now: clock.now });
    const seed = seedFrom({ ...seedOf(undefined).backend, load: () => NEVER });
    const manager = createTokenManager({ provider, backend: sharedStore().backend, clock, seed });
    const acted = watched(clock, () => act(manager));
    await clock.advance(95_000);
    expect(acted.is).toBe(end);
    if (end !== 'done') expect(acted.message).toMatch(/^The seed has not answered/);
  });

  test('a commit goes on trying: what the store was asked and did not answer, it is asked again', async () => {
    const { clock, manager, begin, mend, server, store } = await troubled(() => ({ load: () => NEVER }));
    server.trouble.push(() => begin());
    const first = watched(clock, () => manager.getToken());
    await clock.advance(60_000);
    expect(first.is).toBe('done');
    mend();
    await clock.advance(60_000);
    expect(store.text).toContain((await manager.getToken()).token);
  });

  test.each<[string, (manager: TokenManager, signal: AbortSignal) => Promise<unknown>]>([
    ['getToken', (manager, signal) => manager.getToken({ signal })],
    ['renew', (manager, signal) => manager.renew({ signal })],
  ])('%s obeys its signal at once, also while it looks at the store first', async (_name, ask) => {
    const { clock, open, begin } = await troubled(() => ({ load: () => NEVER }));
    begin();
    const leaving = new AbortController();
    const asked = watched(clock, () => ask(open(), leaving.signal));
    await clock.advance(1_000);
    expect(asked.is).toBe('waits');
    leaving.abort();
    await clock.advance(0);
    expect(asked.is).toMatch(/^AbortError/);
  });
});

describe('close() over a broken store', () => {
  test('says what was not saved, within bounds, and tries no more', async () => {
    const { clock, manager, begin, server, calls } = await troubled(() => ({
      save: async () => {
        throw new Error('the disk is gone');
      },
    }));
    server.trouble.push(() => begin());
    const asked = watched(clock, () => manager.getToken());
    await clock.advance(1_000);
    expect(asked.is).toBe('done');
    const closed = watched(clock, () => manager.close());
    await clock.advance(39_000);
    expect(closed.is).toBe('waits');
    await clock.advance(2_000);
    expect(closed.is).toBe('TokenBackendError unavailable');
    expect(closed.message).toMatch(/not saved/);
    const again = watched(clock, () => manager.close());
    await clock.advance(1_000);
    expect(again.is).toBe('TokenBackendError unavailable');
    calls.save = 0;
    await clock.advance(60_000);
    expect(calls.save).toBe(0);
  });

  test.each<[string, (manager: TokenManager) => Promise<unknown>]>([
    ['a renewal', (manager) => manager.getToken()],
    ['status()', (manager) => manager.status()],
  ])('does not wait for a store that was only being read, by %s', async (_name, read) => {
    const { clock, open, begin } = await troubled(() => ({ load: () => NEVER }));
    const manager = open();
    begin();
    const asked = watched(clock, () => read(manager));
    await clock.advance(1_000);
    const closed = watched(clock, () => manager.close());
    await clock.advance(1_000);
    expect(closed.is).toBe('done');
    expect(asked.is).toBe('AuthError closed');
  });
});
