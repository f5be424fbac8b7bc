import {
  type AuthEvent,
  createAccounts,
  createTokenManager,
  type KeepAliveOptions,
  keepAlive,
  type TokenManager,
} from '@everbearer/core';
import { expect, test } from 'vitest';
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
