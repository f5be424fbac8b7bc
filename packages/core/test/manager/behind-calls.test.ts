import { runInNewContext } from 'node:vm';
import {
  type AuthEvent,
  createTokenManager,
  TokenEndpointError,
  type TokenManagerOptions,
} from '@everbearer/core';
import type { ProviderProfile } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { HOUR } from '../support/shared-world.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

/* Renewals behind calls: when they begin, and who hears of them. */

interface Given {
  profile?: Partial<ProviderProfile>;
  background?: TokenManagerOptions['background'];
}

/** A process that has just started and looked at the store, where a token is about to end. */
async function started({ profile = {}, background }: Given = {}) {
  const clock = testClock();
  const server = strictServer({ now: clock.now, profile });
  const { backend } = sharedStore();
  const events: AuthEvent[] = [];
  const open = () =>
    createTokenManager({
      provider: server.provider,
      backend,
      clock,
      background,
      onEvent: (event) => void events.push(event),
    });
  await open().signIn(server.signIn());
  await clock.advance(HOUR - 60_000);
  const manager = open();
  await manager.status();
  expect(manager.state).toBe('expiring');
  return { clock, server, manager, events };
}

describe('the first call of a process', () => {
  test('begins no renewal behind itself where old refresh tokens die, however often its client asks', async () => {
    const { clock, server, manager } = await started();
    for (let ask = 0; ask < 3; ask++) expect((await manager.getToken()).token).toBe('at-2');
    await clock.advance(500);
    expect((await manager.getToken()).token).toBe('at-2');
    await clock.advance(400);
    expect(server.counts.requests).toBe(0);
  });

  test('is followed by calls that do', async () => {
    const { clock, server, manager } = await started();
    await manager.getToken();
    await clock.advance(1_000);
    expect((await manager.getToken()).token).toBe('at-2');
    await clock.advance(100);
    expect((await manager.getToken()).token).toBe('at-3');
    expect(server.counts).toMatchObject({ requests: 1, refreshes: 1 });
  });

  test.each<[string, Partial<ProviderProfile>]>([
    ['stay valid', { graceMs: Number.POSITIVE_INFINITY }],
    ['are never replaced', { rotates: false }],
  ])('begins one where old refresh tokens %s', async (_name, profile) => {
    const { clock, server, manager } = await started({ profile });
    await manager.getToken();
    await clock.advance(100);
    expect(server.counts.requests).toBe(1);
  });

  test('waits for a renewal where the token has ended', async () => {
    const { clock, server, manager } = await started();
    await clock.advance(60_000);
    const asked = manager.getToken();
    await clock.advance(100);
    expect((await asked).token).toBe('at-3');
    expect(server.counts.requests).toBe(1);
  });
});

describe('background: false', () => {
  test('no renewal begins behind any call; one that needs a token waits for it', async () => {
    const { clock, server, manager } = await started({ background: false });
    for (let second = 0; second < 30; second++) {
      await clock.advance(1_000);
      expect((await manager.getToken()).token).toBe('at-2');
    }
    expect(server.counts.requests).toBe(0);
    await clock.advance(30_000);
    const asked = manager.getToken();
    await clock.advance(100);
    expect((await asked).token).toBe('at-3');
  });
});

describe('a function as background', () => {
  /** What was handed over, and whether it has settled. */
  function waitUntil() {
    const works: { isOver: boolean }[] = [];
    const failures: unknown[] = [];
    const background = (work: Promise<unknown>) => {
      const state = { isOver: false };
      works.push(state);
      work.then(
        () => {
          state.isOver = true;
        },
        (error: unknown) => void failures.push(error),
      );
    };
    return { works, failures, background };
  }

  test('is handed the renewal behind the very first call, until its tokens are stored', async () => {
    const { works, failures, background } = waitUntil();
    const { clock, server, manager } = await started({ background });
    server.trouble.push(() => clock.sleep(3_000));
    await manager.getToken();
    expect(works).toEqual([{ isOver: false }]);
    await clock.advance(2_900);
    expect(works).toEqual([{ isOver: false }]);
    await clock.advance(200);
    expect(works).toEqual([{ isOver: true }]);
    expect((await manager.getToken()).token).toBe('at-3');
    expect(failures).toEqual([]);
  });

  test('hears of no failure', async () => {
    const { works, failures, background } = waitUntil();
    const { clock, server, manager } = await started({ background });
    server.trouble.push(() => new TokenEndpointError({ code: 'invalid_client', status: 401 }));
    await manager.getToken();
    await clock.advance(1_000);
    expect(works).toEqual([{ isOver: true }]);
    expect(failures).toEqual([]);
  });

  test('is handed a slow request once its callers have been told', async () => {
    const { works, background } = waitUntil();
    const { clock, server, manager } = await started({ background });
    await clock.advance(60_000);
    server.trouble.push(() => clock.sleep(20_000));
    const asked = manager.getToken().catch(({ code }: { code: string }) => code);
    await clock.advance(9_000);
    expect(works).toEqual([]);
    await clock.advance(2_000);
    expect(await asked).toBe('timeout');
    expect(works).toEqual([{ isOver: false }]);
    await clock.advance(10_000);
    expect(works).toEqual([{ isOver: true }]);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('not in a request');
      },
    ],
    ['rejects', () => Promise.reject(new Error('not in a request'))],
    ['rejects in another realm', () => runInNewContext('Promise.reject(new Error("not in a request"))')],
  ])('that %s is warned about, and breaks nothing', async (_name, background) => {
    const { clock, manager, events } = await started({ background: background as () => void });
    expect((await manager.getToken()).token).toBe('at-2');
    await clock.advance(100);
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'background_failed' }));
    expect((await manager.getToken()).token).toBe('at-3');
  });
});
