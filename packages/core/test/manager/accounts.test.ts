import { createAccounts } from '@everbearer/core';
import { defineBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

function listed() {
  const texts = new Map<string, string>();
  const backend = defineBackend({
    load: (key) => texts.get(key),
    save: (key, data) => void texts.set(key, data),
    singleProcess: true,
  });
  return {
    texts,
    backend: {
      ...backend,
      async *list() {
        yield* texts.keys();
      },
    },
  };
}

test('accounts never meet: tokens, renewals and sign-outs are each their own', async () => {
  const server = strictServer();
  const accounts = createAccounts({ provider: server.provider, backend: listed().backend });
  await accounts.for('a').signIn(server.signIn());
  await accounts.for('b').signIn(server.signIn());
  const [a, b] = await Promise.all([accounts.for('a').getToken(), accounts.for('b').getToken()]);
  expect(a.token).not.toBe(b.token);
  await accounts.for('a').renew();
  expect((await accounts.for('b').getToken()).token).toBe(b.token);
  await accounts.for('a').signOut();
  expect(accounts.for('a').state).toBe('signed_out');
  expect(accounts.for('b').state).toBe('valid');
});

test('the list names the accounts that are stored, those of this provider alone, without the signed out', async () => {
  const server = strictServer();
  const { backend } = listed();
  const accounts = createAccounts({ provider: server.provider, backend });
  const others = createAccounts({ provider: { ...server.provider, id: 'another client' }, backend });
  for (const name of ['a', 'b', 'c']) await accounts.for(name).signIn(server.signIn());
  await others.for('d').signIn(server.signIn());
  await accounts.for('c').signOut();
  const names: string[] = [];
  for await (const name of accounts.list()) names.push(name);
  expect(names.sort()).toEqual(['a', 'b']);
});

test('an account that was let go of still has its token, and never the one that was rejected', async () => {
  const clock = testClock();
  const server = strictServer({ now: clock.now });
  const accounts = createAccounts({
    provider: server.provider,
    backend: listed().backend,
    maxLive: 1,
    clock,
  });
  await accounts.for('a').signIn(server.signIn());
  const rejected = (await accounts.for('a').getToken()).token;
  const renewed = (await accounts.for('a').getToken({ rejected })).token;
  for (const name of ['b', 'c', 'd']) await accounts.for(name).signIn(server.signIn());
  expect((await accounts.for('a').getToken()).token).toBe(renewed);
  expect(server.counts.refreshes).toBe(1);
});

test('after close() every account is refused', async () => {
  const server = strictServer();
  const accounts = createAccounts({ provider: server.provider, backend: listed().backend });
  await accounts.for('a').signIn(server.signIn());
  await accounts.close();
  expect(() => accounts.for('a').state).toThrowError(expect.objectContaining({ code: 'closed' }));
});
