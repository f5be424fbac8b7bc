import { createAccounts } from '@everbearer/core';
import type { StoredText, TokenBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { strictServer } from '../support/strict-server.ts';

/** A store whose versions are short, and one in which the text is the version. */
const STORES = ['numbers', 'texts'] as const;

function store(versions: (typeof STORES)[number]): TokenBackend {
  const stored = new Map<string, StoredText>();
  let saves = 0;
  return {
    capabilities: { cas: 'shared', durable: true, writable: true },
    load: async (key) => stored.get(key),
    async save(key, data, expected) {
      if (stored.get(key)?.version !== expected) return undefined;
      const version = versions === 'numbers' ? `${++saves}` : data;
      stored.set(key, { data, version });
      return version;
    },
  };
}

/** Two processes over one store, of which each keeps a single account complete; and what the first asks of the store. */
async function twoProcesses(versions: (typeof STORES)[number] = 'numbers') {
  const server = strictServer();
  const backend = store(versions);
  const asked: string[] = [];
  const counting: TokenBackend = {
    ...backend,
    load: (key) => {
      asked.push('load');
      return backend.load(key);
    },
    save: (key, ...given) => {
      asked.push('save');
      return backend.save(key, ...given);
    },
  };
  const [one, other] = [counting, backend].map((each) =>
    createAccounts({ provider: server.provider, backend: each, maxLive: 1 }),
  ) as [ReturnType<typeof createAccounts>, ReturnType<typeof createAccounts>];
  await one.for('a').signIn(server.signIn());
  const { token } = await one.for('a').getToken();
  // Lets go of the first one.
  await one.for('b').signIn(server.signIn());
  await one.for('b').getToken();
  asked.length = 0;
  return { server, one, other, asked, token };
}

test('an account that was let go of renews over what it saw last: a lease and a commit, and no look', async () => {
  const { server, one, asked, token } = await twoProcesses();
  const { refreshes } = server.counts;
  expect((await one.for('a').getToken({ rejected: token })).token).not.toBe(token);
  expect(asked).toEqual(['save', 'save']);
  expect(server.counts).toMatchObject({ refreshes: refreshes + 1, reuses: 0 });
});

test('where the text is the version it is not kept a second time: the store is looked at first', async () => {
  const { server, one, asked, token } = await twoProcesses('texts');
  const { refreshes } = server.counts;
  expect((await one.for('a').getToken({ rejected: token })).token).not.toBe(token);
  expect(asked).toEqual(['load', 'save', 'save']);
  expect(server.counts).toMatchObject({ refreshes: refreshes + 1, reuses: 0 });
});

test('where another process renewed it meanwhile it looks, and does not present the spent refresh token', async () => {
  const { server, one, other, asked, token } = await twoProcesses();
  const renewed = await other.for('a').renew();
  const { refreshes } = server.counts;
  expect((await one.for('a').getToken({ rejected: token })).token).toBe(renewed.token);
  expect(asked).toEqual(['save', 'load', 'load']);
  expect(server.counts).toMatchObject({ refreshes, reuses: 0 });
});

test('where another process signed it out meanwhile it says so', async () => {
  const { server, one, other, token } = await twoProcesses();
  await other.for('a').signOut();
  const { refreshes } = server.counts;
  const error = await one
    .for('a')
    .getToken({ rejected: token })
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'signed_out' });
  expect(server.counts).toMatchObject({ refreshes, reuses: 0 });
});
