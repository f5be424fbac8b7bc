import { type Clock, createTokenManager, type TokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { type SharedStore, sharedStore } from '../support/shared-store.ts';
import { type TestClock, testClock } from '../support/test-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An authorization server that keeps true time. */
function honestServer(time: TestClock, dated: boolean) {
  const endsAt = new Map<string, number>();
  let serial = 0;
  const issue = () => {
    const accessToken = `at-${++serial}`;
    endsAt.set(accessToken, time.now() + HOUR);
    return accessToken;
  };
  return {
    get renewals() {
      return serial;
    },
    isAlive: (token: string) => (endsAt.get(token) ?? 0) > time.now(),
    /** What a machine with this clock makes of the replies. */
    providerFor: (clock: Clock): TokenProvider => ({
      id: 'https://as.example client',
      profile: { ...STRICT_PROFILE, rotates: true },
      scopes: ['read'],
      refresh: async () => ({
        accessToken: issue(),
        refreshToken: `rt-${serial}`,
        expiresAt: clock.now() + HOUR,
        ...(dated && { serverDate: Math.floor(time.now() / 1_000) * 1_000 }),
      }),
    }),
  };
}

interface Machine {
  manager: TokenManager;
  /** Sets its wall clock; a machine that sleeps is one whose wall clock alone went on. */
  set(ms: number): void;
}

function world(offsets: number[], { dated = true } = {}) {
  const time = testClock();
  const server = honestServer(time, dated);
  const store: SharedStore = sharedStore();
  const machines = offsets.map((first): Machine => {
    let offset = first;
    const clock: Clock = { ...time, now: () => time.now() + offset };
    const provider = server.providerFor(clock);
    const manager = createTokenManager({ provider, backend: store.backend, clock });
    return {
      manager,
      set(ms) {
        offset += ms;
      },
    };
  });
  /** Every machine asks every so many minutes; what came, and was dead at the server. */
  async function live(hours: number, every = 2): Promise<string[]> {
    const dead: string[] = [];
    for (let minute = 0; minute < hours * 60; minute += every) {
      const asks = machines.map(async ({ manager }) => {
        const { token } = await manager.getToken();
        if (!server.isAlive(token)) dead.push(token);
      });
      const all = Promise.all(asks);
      all.catch(() => undefined);
      await time.advance(every * MINUTE);
      await all;
    }
    return dead;
  }
  const signIn = () => machines[0]?.manager.signIn({ refreshToken: 'rt-0' });
  return { time, server, machines, live, signIn };
}

test.each<[string, number[]]>([
  ['agree', [0, 0, 0]],
  ['are an hour apart', [0, HOUR, -HOUR]],
  ['are a day apart', [12 * HOUR, -12 * HOUR, 0]],
  ['are all wrong', [HOUR, HOUR - 10 * MINUTE, 2 * HOUR]],
])(
  'machines whose clocks %s share a life each, once each had a reply',
  async (_name, offsets) => {
    const { server, machines, live, signIn } = world(offsets);
    await signIn();
    // Left to chance, one that is never the first to renew would learn nothing of its clock.
    for (const { manager } of machines) await manager.renew();
    await live(2);
    const before = server.renewals;
    expect(before).toBeLessThanOrEqual(3 + offsets.length);
    expect(await live(6)).toEqual([]);
    // Six hours of tokens that live one, each renewed up to five minutes before its end.
    const renewals = server.renewals - before;
    expect(renewals).toBeGreaterThanOrEqual(6);
    expect(renewals).toBeLessThanOrEqual(7);
  },
  60_000,
);

test('without dates a clock that is ahead costs at most one renewal too many each life', async () => {
  const { server, live, signIn } = world([0, HOUR], { dated: false });
  await signIn();
  await live(6);
  expect(server.renewals).toBeLessThanOrEqual(14);
}, 60_000);

test('a process that starts late, an hour behind, knows that the stored token has ended', async () => {
  const { time, server, machines, signIn } = world([0, -HOUR]);
  const [first, late] = machines.map(({ manager }) => manager) as [TokenManager, TokenManager];
  await signIn();
  await first.getToken();
  // Its first reply is for another scope.
  await late.getToken({ scopes: ['write'] });
  await time.advance(20 * MINUTE);
  await first.renew();
  await time.advance(HOUR);
  const { token } = await late.getToken();
  expect(server.isAlive(token)).toBe(true);
});

test.each<[string, number]>([
  ['set an hour back', -HOUR],
  ['set an hour forward', HOUR],
  ['that slept for half an hour', 30 * MINUTE],
])(
  'a clock %s in the middle of a life costs one renewal at most, and no dead token',
  async (_name, ms) => {
    const { server, machines, live, signIn } = world([0, 0]);
    await signIn();
    await live(2);
    const before = server.renewals;
    machines[0]?.set(ms);
    // The token of a machine whose clock was just set is taken to be as young as when it was found, which is one call
    // too young, and what replaces it is found one call late: the margin of 3.75 to 5 minutes must be longer than both.
    expect(await live(2, 1)).toEqual([]);
    expect(server.renewals - before).toBeLessThanOrEqual(4);
  },
  60_000,
);
