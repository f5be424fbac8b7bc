import { inspect } from 'node:util';
import { createTokenManager, TokenBackendError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { strictServer } from '../../support/strict-server.ts';
import { testClock } from '../../support/test-clock.ts';
import { DAMAGED, MARK } from './damaged-records.ts';
import { type Effect, NOW, ODD } from './odd-records.ts';

/** A shared store that holds this text under whatever key it is asked for. */
function storeOf(first: string) {
  let text = first;
  let version = `${MARK}-1`;
  let saves = 0;
  const backend: TokenBackend = {
    capabilities: { cas: 'shared', durable: true, writable: true },
    load: async () => ({ data: text, version }),
    async save(_key, data, expected) {
      if (expected !== version) return undefined;
      text = data;
      version = String(++saves);
      return version;
    },
  };
  return { backend, text: () => text, saves: () => saves };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** No content of the record shows in it, however it is printed. */
function expectDamaged(error: unknown, mention: string): void {
  expect(error).toBeInstanceOf(TokenBackendError);
  expect(error).toMatchObject({ code: 'damaged' });
  expect((error as Error).message).toContain(mention);
  const printed = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error)];
  expect(printed.join('\n')).not.toContain(MARK);
  expect((error as Error).message.length).toBeLessThan(300);
}

describe('a damaged record is told by name, costs no token, and a new sign-in replaces it', () => {
  test.each(DAMAGED)('%s', async (_name, text, mention) => {
    const server = strictServer();
    const store = storeOf(text);
    const manager = createTokenManager({ provider: server.provider, backend: store.backend });
    expectDamaged(await failureOf(manager.getToken()), mention);
    expectDamaged(await failureOf(manager.renew()), mention);
    expectDamaged(await failureOf(manager.status()), mention);
    expect(server.counts.requests).toBe(0);
    expect(store.text()).toBe(text);

    const signedIn = server.signIn();
    await manager.signIn(signedIn);
    expect((await manager.getToken()).token).toBe(signedIn.accessToken);
    expect(store.text()).toContain(signedIn.refreshToken);
    const other = createTokenManager({ provider: server.provider, backend: store.backend });
    expect((await other.getToken()).token).toBe(signedIn.accessToken);
    expect(server.counts.requests).toBe(0);
  });
});

describe('a strange record is still a record', () => {
  test.each(ODD)('%s', async (_name, record, effect) => {
    const clock = testClock(NOW);
    const server = strictServer({ now: clock.now });
    const { refreshToken } = server.signIn();
    const text = JSON.stringify(record).replace('rt-of-grant-1', refreshToken ?? '');
    const store = storeOf(text);
    const manager = createTokenManager({ provider: server.provider, backend: store.backend, clock });
    let got: Effect | undefined;
    manager.getToken().then(
      ({ token }) => {
        got = token === 'stored' ? 'served' : 'renewed';
      },
      ({ code }: { code: string }) => {
        got = { code };
      },
    );
    for (let second = 0; got === undefined && second < 60; second++) await clock.advance(1_000);
    expect(got).toEqual(effect);
    expect(server.counts).toMatchObject({ refreshes: effect === 'renewed' ? 1 : 0, reuses: 0 });
    const other = createTokenManager({ provider: server.provider, backend: store.backend, clock });
    expect((await other.status()).state).not.toBe('unknown');
  });
});

test('the corpus has every name once, and is as large as promised', () => {
  const names = [...DAMAGED, ...ODD].map(([name]) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  expect(DAMAGED.length).toBeGreaterThanOrEqual(150);
});
