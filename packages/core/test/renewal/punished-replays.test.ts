import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import type { ProviderProfile } from '@everbearer/core/contract';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endsLivingToken } from '../../src/renewal/lease-state.ts';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;

/** Signed in at a server whose next reply is lost; `processed`: after it has redeemed the refresh token. */
async function world(profile: Partial<ProviderProfile>, processed: boolean) {
  const clock = testClock();
  let losing = processed;
  const losesReply = () => {
    const loses = losing;
    losing = false;
    return loses;
  };
  const server = strictServer({ now: clock.now, profile, losesReply });
  if (!processed) server.trouble.push(() => new TokenEndpointError({ code: 'network' }));
  const { backend } = sharedStore();
  const open = () => {
    const manager = createTokenManager({ provider: server.provider, backend, clock });
    onTestFinished(() => manager.close());
    return manager;
  };
  const manager = open();
  await manager.signIn(server.signIn());
  /** What a call gets, once everything that it set going is done. */
  const ask = async (asking = manager) => {
    const work = asking.getToken().then(
      ({ token }) => token,
      ({ code }: { code: string }) => code,
    );
    await clock.advance(2_000);
    return work;
  };
  return { clock, server, manager, open, ask };
}

describe('a lost reply, where a second try would end the living token', () => {
  const PUNISHES = { replayEnds: 'session' } as const;

  test('the token in hand is used up first; then the refresh token is tried once more', async () => {
    for (const processed of [false, true]) {
      const { clock, server, open, ask } = await world(PUNISHES, processed);
      await clock.advance(HOUR - 3 * 60_000);
      expect(await ask()).toBe('at-2');
      expect(await ask()).toBe('at-2');
      expect(await ask(open())).toBe('at-2');
      expect(server.isGood('at-2')).toBe(true);
      expect(server.counts).toMatchObject({ requests: 1, reuses: 0 });
      await clock.advance(3 * 60_000);
      expect(await ask()).toBe(processed ? 'ambiguous_rotation' : 'at-3');
      expect(server.counts.requests).toBe(2);
    }
  });

  test('a token that a resource server rejected is no reason to wait', async () => {
    const { server, manager, clock } = await world(PUNISHES, false);
    const work = manager.getToken({ rejected: 'at-2' });
    await clock.advance(2_000);
    expect((await work).token).toBe('at-3');
    expect(server.counts.requests).toBe(2);
  });

  test('where nothing is known of the server, it is tried again at once, as before', async () => {
    const { clock, server, ask } = await world({}, false);
    await clock.advance(HOUR - 3 * 60_000);
    await ask();
    await ask();
    expect(server.counts).toMatchObject({ requests: 2, refreshes: 1 });
  });
});

test.each<[Partial<ProviderProfile>, boolean]>([
  [{}, false],
  [{ replayEnds: 'nothing' }, false],
  [{ replayEnds: 'session' }, true],
  [{ replayEnds: 'every_session' }, true],
  [{ replayEnds: 'session', rotates: false }, false],
  [{ replayEnds: 'session', graceMs: 1 }, false],
  [{ replayEnds: 'session', graceUntilUsed: true }, false],
])('%j: a second try ends the living token: %s', (profile, expected) => {
  const rest: ProviderProfile = {
    rotates: 'unknown',
    graceMs: 0,
    oldAccessTokenDies: false,
    slidingWindow: true,
  };
  expect(endsLivingToken({ ...rest, ...profile })).toBe(expected);
});
