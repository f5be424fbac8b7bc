import { createAccounts, createTokenManager, TokenEndpointError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { HOUR, sharedWorld as world } from '../support/shared-world.ts';
import type { TestClock } from '../support/test-clock.ts';

const MINUTE = 60_000;

const shifted = (clock: TestClock, ms: number): TestClock => ({ ...clock, now: () => clock.now() + ms });

const busy = (retryAfterMs: number) => () =>
  new TokenEndpointError({ code: 'temporarily_unavailable', status: 503, retryAfterMs });

describe('a pause that was written by a machine whose clock is 50 minutes ahead', () => {
  async function paused(retryAfterMs = 30_000) {
    const the = world();
    const { clock, server, process } = the;
    const [ahead, healthy] = [process({ clock: shifted(clock, 50 * MINUTE) }), process()];
    await healthy.signIn(server.signIn());
    await clock.advance(HOUR);
    server.trouble.push(busy(retryAfterMs));
    const refused = ahead.getToken().catch((error: { code: string }) => error.code);
    await clock.advance(100);
    expect(await refused).toBe('temporarily_unavailable');
    return { ...the, ahead, healthy };
  }

  test('ends for the others when it has stood there for its length', async () => {
    const { clock, server, healthy, ahead, ask } = await paused();
    const early = healthy.getToken().catch((error: TokenEndpointError) => error);
    await clock.advance(100);
    expect(await early).toMatchObject({ code: 'temporarily_unavailable' });
    expect(((await early) as TokenEndpointError).retryAfterMs).toBeLessThanOrEqual(30_000);
    expect(((await early) as TokenEndpointError).retryAfterMs).toBeGreaterThan(29_000);
    const { notBefore } = await healthy.status();
    expect(notBefore).toBeLessThanOrEqual(clock.now() + 30_000);
    await clock.advance(29_000);
    expect(server.counts.refreshes).toBe(0);
    await clock.advance(1_000);
    expect(await ask(healthy)).toBe('at-3');
    expect(await ask(ahead)).toBe('at-3');
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  });

  test('ends for a process that starts later, counted from its first look', async () => {
    const { clock, server, process, ask } = await paused();
    await clock.advance(10 * MINUTE);
    const starter = process();
    expect(await ask(starter, 100)).toBe('temporarily_unavailable');
    await clock.advance(30_000);
    expect(await ask(starter)).toBe('at-3');
    expect(server.counts.refreshes).toBe(1);
  });

  test('goes on being counted while its account is asleep', async () => {
    const { clock, server, store, events } = world();
    const accounts = createAccounts({
      provider: server.provider,
      backend: store.backend,
      clock,
      maxLive: 1,
      onEvent: (event) => void events.push(event),
    });
    const ahead = createAccounts({
      provider: server.provider,
      backend: store.backend,
      clock: shifted(clock, 50 * MINUTE),
    });
    await accounts.for('a').signIn(server.signIn());
    await clock.advance(HOUR);
    server.trouble.push(busy(30_000));
    const refused = ahead
      .for('a')
      .getToken()
      .catch(() => undefined);
    await clock.advance(100);
    await refused;
    await accounts.for('a').status();
    for (let second = 0; second < 6; second++) {
      await clock.advance(5_100);
      await Promise.all([accounts.for('b').status(), accounts.for('c').status()]);
      await accounts.for('a').status();
    }
    const asked = accounts.for('a').getToken();
    await clock.advance(100);
    expect((await asked).token).toBe('at-3');
  });

  test('does not hold back what goes on behind a token that is good', async () => {
    const { clock, server, process, ask } = world();
    const [ahead, healthy] = [process({ clock: shifted(clock, 50 * MINUTE) }), process()];
    await healthy.signIn(server.signIn());
    await ask(healthy, 0);
    await clock.advance(56 * MINUTE);
    server.trouble.push(busy(30_000));
    const refused = ahead.renew().catch(() => undefined);
    await clock.advance(100);
    await refused;
    await healthy.status();
    for (let second = 0; second < 32; second++) {
      await healthy.getToken();
      await clock.advance(1_000);
    }
    expect(server.counts.refreshes).toBe(1);
  });
});

test('a clock that is set back in the middle of a pause does not make it longer', async () => {
  const { clock, server, process, ask } = world();
  const manager = process();
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  server.trouble.push(busy(30_000));
  expect(await ask(manager, 100)).toBe('temporarily_unavailable');
  clock.setBack(50 * MINUTE);
  await clock.advance(30_000);
  // Its own token seems younger now, and has ended all the same.
  expect(await ask(manager)).toBe('at-3');
});

test('a clock ten minutes ahead does not take a living lease', async () => {
  const { clock, server, store, process } = world();
  const slow = process();
  await slow.signIn(server.signIn());
  await clock.advance(HOUR);
  const answer = Promise.withResolvers<void>();
  server.trouble.push(() => answer.promise);
  const first = slow.getToken();
  await clock.advance(10);
  const ahead = createTokenManager({
    provider: server.provider,
    backend: store.backend,
    clock: shifted(clock, 10 * MINUTE),
    timing: { requestTimeoutMs: 1_000 },
  });
  const second = ahead.getToken();
  await clock.advance(8_000);
  expect(server.counts.requests).toBe(1);
  answer.resolve();
  await clock.advance(1_000);
  expect((await second).token).toBe((await first).token);
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
});
