import { type AuthEvent, createTokenManager } from '@everbearer/core';
import { expect, test } from 'vitest';
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
  return { clock, server, manager, keeping: manager.keepAlive(options) };
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

test('a wrong age names the option', async () => {
  const { manager } = await kept({});
  expect(() => manager.keepAlive({ maxAgeMs: -1 })).toThrowError(
    expect.objectContaining({ option: 'maxAgeMs' }),
  );
});
