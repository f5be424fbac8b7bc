import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { HOUR, sharedWorld } from '../support/shared-world.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

/* How long a token request lives, how long its callers wait, and under which lease it is sent. */

/** A session that has just expired, and a token endpoint whose first answer takes `slowMs`. */
async function slowWorld(slowMs: number) {
  const world = sharedWorld();
  const { clock, server } = world;
  const manager = world.process();
  await manager.signIn(server.signIn());
  await clock.advance(HOUR);
  server.trouble.push(() => clock.sleep(slowMs));
  const outcome = (ask: () => Promise<{ token: string }>) => {
    const state = { is: 'waits' };
    ask().then(
      ({ token }) => Object.assign(state, { is: token }),
      ({ code }: { code: string }) => Object.assign(state, { is: code }),
    );
    return state;
  };
  return { ...world, manager, outcome };
}

describe('an answer that is slower than a caller waits', () => {
  test('is waited for by the request, while each caller is told at its own deadline', async () => {
    const { clock, server, manager, outcome, store } = await slowWorld(25_000);
    const first = outcome(() => manager.getToken());
    await clock.advance(9_900);
    expect(first.is).toBe('waits');
    await clock.advance(400);
    expect(first.is).toBe('timeout');
    const second = outcome(() => manager.getToken());
    const otherScope = outcome(() => manager.getToken({ scopes: ['other'] }));
    await clock.advance(9_900);
    expect([second.is, otherScope.is]).toEqual(['waits', 'waits']);
    await clock.advance(400);
    expect([second.is, otherScope.is]).toEqual(['timeout', 'timeout']);
    const third = outcome(() => manager.getToken());
    await clock.advance(5_000);
    expect(third.is).toMatch(/^at-/);
    expect(server.counts).toMatchObject({ reuses: 0, atOnce: 1 });
    expect(store.text).toContain(third.is);
  });

  test('keeps other processes waiting too: one request, whose tokens they adopt', async () => {
    const { clock, server, manager, outcome, process } = await slowWorld(20_000);
    const mine = outcome(() => manager.getToken());
    await clock.advance(1_000);
    const other = outcome(() => process().getToken());
    await clock.advance(20_000);
    expect(mine.is).toBe('timeout');
    expect(other.is).toMatch(/^at-/);
    expect(server.counts).toMatchObject({ requests: 1, refreshes: 1, reuses: 0 });
  });

  test('is waited for by a renewal in the background, which nobody hears of', async () => {
    const world = sharedWorld();
    const { clock, server } = world;
    const manager = world.process();
    await manager.signIn(server.signIn());
    await manager.getToken();
    await clock.advance(HOUR - 200_000);
    server.trouble.push(() => clock.sleep(20_000));
    const before = (await manager.getToken()).token;
    await clock.advance(21_000);
    expect((await manager.getToken()).token).not.toBe(before);
    expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0, atOnce: 1 });
  });

  test('is given up when its lease ends; only then the same refresh token is presented again', async () => {
    const { clock, server, manager, outcome } = await slowWorld(HOUR);
    const first = outcome(() => manager.getToken());
    await clock.advance(34_900);
    expect(first.is).toBe('timeout');
    expect(server.counts.requests).toBe(1);
    await clock.advance(2_000);
    const second = outcome(() => manager.getToken());
    await clock.advance(1_000);
    expect(second.is).toMatch(/^at-/);
    expect(server.counts.requests).toBe(2);
  });

  test('a try that the network ended is made again at once; the caller waits no longer in all', async () => {
    const { clock, server, manager, outcome } = await slowWorld(0);
    const lost = () => new TokenEndpointError({ code: 'network' });
    server.trouble.splice(0, 1, lost, () => clock.sleep(20_000));
    const first = outcome(() => manager.getToken());
    await clock.advance(10_300);
    expect(first.is).toBe('timeout');
    expect(server.counts.requests).toBe(2);
    const second = outcome(() => manager.getToken());
    await clock.advance(9_900);
    expect(second.is).toMatch(/^at-/);
    expect(server.counts).toMatchObject({ requests: 2, reuses: 0 });
  });
});

describe('a lease without time left', () => {
  /** A store that takes its time with the first lease, or during which the machine sleeps. */
  async function expiredWorld(meanwhile: (clock: ReturnType<typeof testClock>) => Promise<void>) {
    const clock = testClock();
    const server = strictServer({ now: clock.now });
    const store = sharedStore();
    let isFirst = false;
    const events: string[] = [];
    const backend: TokenBackend = {
      ...store.backend,
      async save(key, data, expected, options) {
        const saved = await store.backend.save(key, data, expected, options);
        if (isFirst && data.includes('"lease"')) {
          isFirst = false;
          await meanwhile(clock);
        }
        return saved;
      },
    };
    const manager = createTokenManager({
      provider: server.provider,
      backend,
      clock,
      onEvent: ({ type }) => void events.push(type),
    });
    await manager.signIn(server.signIn());
    await clock.advance(HOUR);
    isFirst = true;
    return { clock, server, store, manager, events };
  }

  test.each<[string, (clock: ReturnType<typeof testClock>) => Promise<void>]>([
    ['its save is acknowledged after its end', (clock) => clock.sleep(41_000)],
    ['its save is acknowledged when too little is left', (clock) => clock.sleep(27_000)],
    ['the machine slept, and the monotonic clock with it', async (clock) => clock.setBack(-HOUR)],
  ])('%s: nothing is sent under it, and the store is looked at again', async (_name, meanwhile) => {
    const { clock, server, store, manager, events } = await expiredWorld(meanwhile);
    const leases: (string | undefined)[] = [];
    const leaseOf = () => (JSON.parse(store.note ?? '{}') as { id?: string }).id;
    server.trouble.push(() => void leases.push(leaseOf()));
    const asked = manager.getToken();
    await clock.advance(1_000);
    const first = leaseOf();
    await clock.advance(44_000);
    expect((await asked).token).toMatch(/^at-/);
    expect(server.counts).toMatchObject({ requests: 1, refreshes: 1, reuses: 0 });
    if (meanwhile.toString().includes('sleep(')) expect(leases[0]).not.toBe(first);
    // Nothing was sent under the first one, so nothing is in doubt.
    expect(events).not.toContain('lease_taken_over');
    expect(JSON.parse(store.text ?? '{}')).not.toHaveProperty('replyLost');
  });

  test('another process renewed meanwhile: its tokens are adopted, and nothing is sent', async () => {
    const clock = testClock();
    const server = strictServer({ now: clock.now });
    const store = sharedStore();
    let held = false;
    const backend: TokenBackend = {
      ...store.backend,
      async save(...given) {
        const saved = await store.backend.save(...given);
        if (held) {
          held = false;
          await clock.sleep(60_000);
        }
        return saved;
      },
    };
    const slow = createTokenManager({ provider: server.provider, backend, clock });
    await slow.signIn(server.signIn());
    await clock.advance(HOUR);
    held = true;
    const asked = slow.getToken();
    await clock.advance(1_000);
    const other = createTokenManager({ provider: server.provider, backend: store.backend, clock });
    const theirs = other.getToken();
    await clock.advance(45_000);
    await clock.advance(20_000);
    expect((await asked).token).toBe((await theirs).token);
    expect(server.counts).toMatchObject({ requests: 1, refreshes: 1, reuses: 0 });
  });

  test('a retry asks as well: a pause that the machine slept through is no reason to send', async () => {
    const { clock, server, manager } = await expiredWorld(async () => undefined);
    server.trouble.push(() => {
      clock.setBack(-HOUR);
      return new TokenEndpointError({ code: 'network' });
    });
    const asked = manager.getToken().catch(({ code }: { code: string }) => code);
    await clock.advance(400);
    expect(server.counts.requests).toBe(1);
    await clock.advance(10_000);
    await asked;
    expect(server.counts.atOnce).toBe(1);
  });

  test('a provider asks again right before it sends, and passes on that it must not', async () => {
    const { clock, server, manager } = await expiredWorld(async () => undefined);
    let sent = 0;
    server.trouble.push(({ beforeSend }) => {
      // As if the process had been stopped while the provider composed its request.
      clock.setBack(-HOUR);
      beforeSend?.();
      sent++;
    });
    const asked = manager.getToken();
    await clock.advance(1_000);
    expect((await asked).token).toMatch(/^at-/);
    expect(sent).toBe(0);
    expect(server.counts).toMatchObject({ requests: 2, refreshes: 1 });
  });
});
