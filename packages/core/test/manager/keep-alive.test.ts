import {
  type Accounts,
  type AuthEvent,
  createAccounts,
  createTokenManager,
  type KeepAliveOptions,
  keepAlive,
  type TokenManager,
} from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { expectRefusal } from '../support/expect-refusal.ts';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const DAY = 24 * 60 * 60_000;

async function kept(profile: object, options?: { maxAgeMs: number }) {
  const clock = testClock();
  const server = strictServer({ now: clock.now, profile });
  const events: AuthEvent[] = [];
  const { backend } = sharedStore();
  const onEvent = (event: AuthEvent) => void events.push(event);
  const manager = createTokenManager({ provider: server.provider, backend, clock, onEvent });
  await manager.signIn(server.signIn());
  return { clock, server, manager, keeping: keepAlive(manager, { ...options, clock }) };
}

test('an unused session is renewed at a third of its lifetime, far beyond what a timer can count', async () => {
  const { clock, server, keeping } = await kept({ refreshTokenLifetimeMs: 90 * DAY });
  await clock.advance(26 * DAY);
  expect(server.counts.refreshes).toBe(0);
  await clock.advance(5 * DAY);
  expect(server.counts.refreshes).toBe(1);
  await clock.advance(60 * DAY);
  expect(server.counts.refreshes).toBe(3);
  keeping[Symbol.dispose]();
}, 30_000);

test('without a known lifetime it is a day, and disposing ends it', async () => {
  const { clock, server, keeping } = await kept({});
  await clock.advance(DAY);
  expect(server.counts.refreshes).toBe(1);
  keeping[Symbol.dispose]();
  await clock.advance(3 * DAY);
  expect(server.counts.refreshes).toBe(1);
});

test('a session in use is left alone', async () => {
  const { clock, server, manager, keeping } = await kept({}, { maxAgeMs: 10 * DAY });
  for (let day = 0; day < 20; day++) {
    await clock.advance(DAY);
    await manager.getToken();
  }
  expect(server.counts.refreshes).toBe(20);
  keeping[Symbol.dispose]();
});

test.each<[string, unknown, string]>([
  ['that does not go', {}, 'clock'],
  ['that is null', null, 'clock'],
  ['of misspelt chance', { ...testClock(), randm: () => 0.5 }, 'clock.randm'],
])('a clock %s is refused', async (_name, clock, option) => {
  const { manager } = await kept({});
  await expectRefusal(async () => keepAlive(manager, { clock } as KeepAliveOptions), option);
});

test('a clock that is an object of a class keeps its own state', async () => {
  class Slow {
    readonly #inner = testClock();
    now = () => this.#inner.now();
    monotonic() {
      return this.#inner.monotonic();
    }
    sleep(ms: number, options?: { signal?: AbortSignal | undefined }) {
      return this.#inner.sleep(ms, options);
    }
    advance(ms: number) {
      return this.#inner.advance(ms);
    }
  }
  const clock = new Slow();
  const server = strictServer({ now: clock.now });
  const manager = createTokenManager({ provider: server.provider, backend: sharedStore().backend, clock });
  await manager.signIn(server.signIn());
  using _keeping = keepAlive(manager, { clock });
  await clock.advance(DAY);
  expect(server.counts.refreshes).toBe(1);
});

test('a wrong age names the option', async () => {
  const { manager } = await kept({});
  expect(() => keepAlive(manager, { maxAgeMs: -1 })).toThrowError(
    expect.objectContaining({ option: 'maxAgeMs' }),
  );
});

test('it ends with its accounts, also for an account that was put to sleep', async () => {
  const clock = testClock();
  const server = strictServer({ now: clock.now });
  const { backend } = sharedStore();
  const accounts = createAccounts({ provider: server.provider, backend, clock, maxLive: 1 });
  await accounts.for('a').signIn(server.signIn());
  keepAlive(accounts.for('a'), { clock });
  await clock.advance(0);
  await accounts.for('b').signIn(server.signIn());
  await accounts.for('c').signIn(server.signIn());
  const closing = accounts.close();
  await clock.advance(60_000);
  await closing;
  await clock.advance(3 * DAY);
  expect(server.counts.refreshes).toBe(0);
});

test('it ends with its manager', async () => {
  const { clock, server, manager } = await kept({});
  const closing = manager.close();
  await clock.advance(3 * DAY);
  await closing;
  expect(server.counts.refreshes).toBe(0);
});

test('where the server says how long a refresh token lives, a third of that is the age', async () => {
  const clock = { ...testClock(), random: () => 0 };
  const server = strictServer({ now: clock.now });
  const { backend } = sharedStore();
  const manager = createTokenManager({ provider: server.provider, backend, clock });
  await manager.signIn({ ...server.signIn(), refreshTokenExpiresAt: clock.now() + 30 * DAY });
  const keeping = keepAlive(manager, { clock });
  await clock.advance(8 * DAY);
  expect(server.counts.refreshes).toBe(0);
  await clock.advance(2 * DAY + 3_600_000);
  expect(server.counts.refreshes).toBe(1);
  keeping[Symbol.dispose]();
});

test.each<[string, unknown, unknown, string]>([
  ['no manager', undefined, {}, 'manager'],
  ['no object for options', undefined, null, 'options'],
  ['an option of another name', undefined, { maxAge: 5 }, 'maxAge'],
])('%s is refused by name', async (_name, given, options, option) => {
  const { manager } = await kept({});
  const whom = option === 'manager' ? given : manager;
  await expectRefusal(() => keepAlive(whom as TokenManager, options as KeepAliveOptions), option);
});

/** A clock that tells how many wait on it. */
function countingClock() {
  const clock = testClock();
  let waiting = 0;
  return {
    ...clock,
    get waiting() {
      return waiting;
    },
    async sleep(...pause: Parameters<typeof clock.sleep>) {
      waiting++;
      try {
        await clock.sleep(...pause);
      } finally {
        waiting--;
      }
    },
  };
}

test.each<[string, (ends: { accounts: Accounts; handle: TokenManager; manager: TokenManager }) => unknown]>([
  ['its accounts are closed', ({ accounts }) => accounts.close()],
  ['the handle of its account is closed', ({ handle }) => handle.close()],
])('it ends at once when %s, and waits for nothing any more', async (_name, close) => {
  const clock = countingClock();
  const server = strictServer({ now: clock.now });
  const options = { provider: server.provider, backend: sharedStore().backend, clock };
  const accounts = createAccounts(options);
  const handle = accounts.for('a');
  await using manager = createTokenManager({ ...options, account: 'b' });
  await handle.signIn(server.signIn());
  using _keeping = keepAlive(handle, { clock });
  using _again = keepAlive(handle, { clock });
  await clock.advance(0);
  expect(clock.waiting).toBe(2);
  await close({ accounts, handle, manager });
  await clock.advance(0);
  expect(clock.waiting).toBe(0);
});

test('it ends at once with its manager, and one that begins later never begins', async () => {
  const clock = countingClock();
  const server = strictServer({ now: clock.now });
  const manager = createTokenManager({ provider: server.provider, backend: sharedStore().backend, clock });
  await manager.signIn(server.signIn());
  keepAlive(manager, { clock });
  await clock.advance(0);
  expect(clock.waiting).toBe(1);
  await manager.close();
  await clock.advance(0);
  keepAlive(manager, { clock });
  await clock.advance(0);
  expect(clock.waiting).toBe(0);
});

test.each<[string, unknown]>([
  ['no clock', {}],
  ['a clock that tells no time', { ...testClock(), now: () => 'noon' }],
  ['a clock that throws', { ...testClock(), monotonic: () => JSON.parse('{') }],
  ['a clock of promises', { ...testClock(), now: async () => 5 }],
  ['null', null],
])('%s names the option', async (_name, clock) => {
  const { manager, keeping } = await kept({});
  keeping[Symbol.dispose]();
  await expectRefusal(() => keepAlive(manager, { clock } as KeepAliveOptions), 'clock');
});

describe('a clock that was wrong', () => {
  /** Somebody signs in while the clock is so far ahead; then it is set right. */
  async function setRight(aheadMs: number, profile: object = {}) {
    const time = testClock();
    let offsetMs = aheadMs;
    const clock = { ...time, now: () => time.now() + offsetMs };
    const server = strictServer({ now: clock.now, profile });
    const { backend } = sharedStore();
    const manager = createTokenManager({ provider: server.provider, backend, clock });
    await manager.signIn(server.signIn());
    offsetMs = 0;
    return { time, server, backend, manager, clock };
  }

  test('a year ahead at boot: it renews at once, and from then on as it should', async () => {
    const { time, server, clock, manager } = await setRight(365 * DAY);
    using _keeping = keepAlive(manager, { clock });
    await time.advance(60_000);
    expect(server.counts.refreshes).toBe(1);
    await time.advance(10 * DAY);
    expect(server.counts.refreshes).toBeGreaterThanOrEqual(10);
    expect(server.counts.refreshes).toBeLessThanOrEqual(13);
  }, 30_000);

  test('a year ahead, and refresh tokens that never change: no storm, and never silent', async () => {
    const { time, clock, manager, server } = await setRight(365 * DAY);
    const { provider } = server;
    let renewals = 0;
    const lasting = {
      ...provider,
      profile: { ...provider.profile, rotates: false },
      refresh: async () => ({ accessToken: `at-lasting-${++renewals}`, expiresAt: time.now() + 3_600_000 }),
    };
    void manager;
    const { backend } = sharedStore();
    const wrong = { ...time, now: () => time.now() + 365 * DAY };
    const before = createTokenManager({ provider: lasting, backend, clock: wrong });
    await before.signIn({ refreshToken: 'rt-lasting' });
    const kept = createTokenManager({ provider: lasting, backend, clock });
    using _keeping = keepAlive(kept, { clock });
    await time.advance(10 * DAY);
    expect(renewals).toBeGreaterThanOrEqual(10);
    expect(renewals).toBeLessThanOrEqual(13);
  }, 30_000);

  test('set back by a year while it runs: the age goes on by the clock that cannot be set', async () => {
    const { time, server, clock, manager } = await setRight(0);
    using _keeping = keepAlive(manager, { clock: { ...clock, now: clock.now } });
    await time.advance(DAY / 2);
    time.setBack(365 * DAY);
    await time.advance(DAY / 2 + 3_600_000);
    expect(server.counts.refreshes).toBe(1);
  });

  test('two machines, one of them a year ahead, do not take turns', async () => {
    const { time, server, backend } = await setRight(0);
    const ahead = { ...time, now: () => time.now() + 365 * DAY };
    const both = [time, ahead].map((clock) => {
      const manager = createTokenManager({ provider: server.provider, backend, clock });
      return keepAlive(manager, { clock });
    });
    await time.advance(10 * DAY);
    for (const keeping of both) keeping[Symbol.dispose]();
    expect(server.counts.reuses).toBe(0);
    expect(server.counts.refreshes).toBeGreaterThanOrEqual(9);
    expect(server.counts.refreshes).toBeLessThanOrEqual(25);
  }, 30_000);
});
