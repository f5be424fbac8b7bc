import { createTokenManager, type TokenManager } from '@everbearer/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

/* Both clocks of the system, and its timers, stand still unless a test moves them. */
const HOUR_MS = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.restoreAllMocks();
  // The moment of a test ends with it.
  vi.advanceTimersByTime(1_000);
  vi.useRealTimers();
});

/** Moves the wall clock alone, as an administrator does, or the sleep of a machine. */
const moveWall = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** No look at the store comes between, and the margin is no draw. */
const timing = { recheckMs: HOUR_MS, softMarginMs: 5 * 60_000 };

async function holding(): Promise<TokenManager> {
  const { provider, signIn } = strictServer();
  const tokens = createTokenManager({
    provider,
    backend: sharedStore().backend,
    timing,
  });
  await tokens.signIn({ ...signIn(), expiresAt: Date.now() + HOUR_MS });
  await tokens.getToken();
  expect(tokens.peek()).toBeDefined();
  return tokens;
}

test('within a moment one clock is read, behind it both', async () => {
  const tokens = await holding();
  const steady = vi.spyOn(performance, 'now');
  for (let n = 0; n < 100; n++) tokens.peek();
  expect(steady).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  tokens.peek();
  expect(steady).toHaveBeenCalled();
});

test('a machine that slept past the end of a token does not hand it out', async () => {
  const tokens = await holding();
  moveWall(HOUR_MS);
  expect(tokens.peek()).toBeUndefined();
});

test('a wall clock that was set back to the very moment of the last ask hides no hour', async () => {
  const tokens = await holding();
  vi.advanceTimersByTime(HOUR_MS);
  moveWall(-HOUR_MS);
  expect(tokens.peek()).toBeUndefined();
});

test('a wall clock that was set back within the moment has both clocks read', async () => {
  const tokens = await holding();
  const steady = vi.spyOn(performance, 'now');
  moveWall(-1);
  expect(tokens.peek()).toBeDefined();
  expect(steady).toHaveBeenCalled();
});

test('what ends soon is looked at each time', async () => {
  const tokens = await holding();
  vi.advanceTimersByTime(HOUR_MS - 5 * 60_000 - 5_000);
  const steady = vi.spyOn(performance, 'now');
  tokens.peek();
  const once = steady.mock.calls.length;
  tokens.peek();
  expect(steady.mock.calls.length).toBe(2 * once);
});

test.each<[string, (tokens: TokenManager) => Promise<unknown>]>([
  ['closed', (tokens) => tokens.close()],
  ['signed out', (tokens) => tokens.signOut()],
  ['rejected', async (tokens) => tokens.getToken({ rejected: (await tokens.getToken()).token })],
  ['renewed', (tokens) => tokens.renew()],
])('a token that was %s is handed out no more, at once', async (_what, end) => {
  const tokens = await holding();
  const held = tokens.peek();
  await end(tokens);
  expect(tokens.peek()).not.toBe(held);
});

test('no timer stands there for each account, and none keeps the process alive', async () => {
  const before = vi.getTimerCount();
  const all = await Promise.all(Array.from({ length: 20 }, holding));
  for (const tokens of all) tokens.peek();
  expect(vi.getTimerCount() - before).toBeLessThanOrEqual(1);
});

test('with a clock that was handed in, both are read each time', async () => {
  const clock = testClock();
  const monotonic = vi.spyOn(clock, 'monotonic');
  const { provider, signIn } = strictServer();
  const tokens = createTokenManager({ provider, backend: sharedStore().backend, clock });
  await tokens.signIn({ ...signIn(), expiresAt: clock.now() + HOUR_MS });
  await tokens.getToken();
  monotonic.mockClear();
  tokens.peek();
  tokens.peek();
  expect(monotonic.mock.calls.length).toBeGreaterThanOrEqual(2);
});
