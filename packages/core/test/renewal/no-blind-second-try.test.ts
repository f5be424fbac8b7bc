import { createTokenManager, TokenEndpointError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const MINUTE = 60_000;
const lost = () => new TokenEndpointError({ code: 'network' });
const never = () => new TokenEndpointError({ code: 'network', sent: false });

/** A session whose token ends in two minutes, and a server that loses the replies to the next renewals. */
async function nearTheEnd(profile: Parameters<typeof strictServer>[0]) {
  const clock = testClock();
  const server = strictServer({ now: clock.now, ...profile });
  const manager = createTokenManager({ provider: server.provider, backend: sharedStore().backend, clock });
  await manager.signIn(server.signIn());
  const { token } = await manager.getToken();
  await clock.advance(58 * MINUTE);
  const callFor = async (minutes: number) => {
    for (let seconds = 0; seconds < minutes * 60; seconds += 5) {
      await manager.getToken();
      await clock.advance(5_000);
    }
  };
  return { clock, server, manager, token, callFor };
}

describe('a reply is lost while the old access token is still good', () => {
  test('at a server that punishes replays the refresh token is not presented again before that token ends', async () => {
    const { clock, server, manager, token, callFor } = await nearTheEnd({});
    server.trouble.push(lost);
    await callFor(1.5);
    expect(server.counts.requests).toBe(1);
    expect((await manager.getToken()).token).toBe(token);
    await clock.advance(MINUTE);
    expect((await manager.getToken()).token).not.toBe(token);
    expect(server.counts.requests).toBe(2);
    await manager.close();
  });

  test('renew() asks all the same: somebody insists', async () => {
    const { clock, server, manager, token, callFor } = await nearTheEnd({});
    server.trouble.push(lost);
    await callFor(0.5);
    await clock.advance(5_000);
    expect((await manager.renew()).token).not.toBe(token);
    await manager.close();
  });

  test.each<[string, Parameters<typeof strictServer>[0], () => TokenEndpointError]>([
    ['at a server that forgives for a while', { graceMs: MINUTE, profile: { graceMs: MINUTE } }, lost],
    ['at a server that ends nothing for it', { profile: { replayEnds: 'nothing' } }, lost],
    ['at a server that forgives until the new tokens are used', { profile: { graceUntilUsed: true } }, lost],
    ['at a server that does not rotate', { profile: { rotates: false } }, lost],
    ['where nothing had been sent', {}, never],
  ])('%s it is presented again at once', async (_name, options, trouble) => {
    const { server, manager, token, callFor } = await nearTheEnd(options);
    server.trouble.push(trouble);
    await callFor(0.5);
    expect((await manager.getToken()).token).not.toBe(token);
    await manager.close();
  });
});
