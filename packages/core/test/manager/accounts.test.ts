import {
  type AccountsOptions,
  type AuthEvent,
  ConfigurationError,
  createAccounts,
  createTokenManager,
  TokenBackendError,
  type TokenManager,
} from '@everbearer/core';
import { defineBackend, type TokenBackend } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { expectRefusal } from '../support/expect-refusal.ts';
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

test('a backend without a list is told where one is given', async () => {
  const { provider } = strictServer();
  const backend = defineBackend({ load: () => undefined, save: () => undefined, singleProcess: true });
  const list = createAccounts({ provider, backend }).list()[Symbol.asyncIterator]();
  const error = await list.next().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'configuration', option: 'backend' });
  expect(error.message).toContain('Give `list` to defineBackend(), or use a backend that has it.');
});

describe('the list goes on', () => {
  async function listedWith(changes: Partial<TokenBackend>) {
    const server = strictServer();
    const { backend, texts } = listed();
    const warnings: AuthEvent[] = [];
    const accounts = createAccounts({
      provider: server.provider,
      backend: { ...backend, ...changes, load: async (key) => (changes.load ?? backend.load)(key) },
      onEvent: (event) => void (event.type === 'warning' && warnings.push(event)),
    });
    for (const name of ['a', 'b', 'c']) await accounts.for(name).signIn(server.signIn());
    const names: string[] = [];
    const list = async () => {
      for await (const name of accounts.list()) names.push(name);
      return names.sort();
    };
    return { server, texts, warnings, names, list };
  }

  test.each<[string, (text: string) => string]>([
    ['cut off', (text) => text.slice(0, -5)],
    ['of another program', () => 'x'],
    ['of a later version of this library', (text) => text.replace('"schema":1', '"schema":2')],
    ['that is JSON of something else', () => '{"name":"value"}'],
  ])('past a record %s, which is told of', async (_name, spoil) => {
    const { texts, warnings, list } = await listedWith({});
    const [first, text] = [...texts][0] as [string, string];
    texts.set(first, spoil(text));
    texts.set('foreign-key', text);
    expect(await list()).toEqual(['b', 'c']);
    expect(warnings).toMatchObject([
      { code: 'unreadable_record', account: undefined, provider: 'https://as.example client' },
    ]);
    expect(JSON.stringify(warnings)).not.toContain('rt-');
  });

  test('past a record that the store itself calls damaged', async () => {
    let isDamaged = false;
    const { texts } = listed();
    const { list, warnings } = await listedWith({
      async load(key) {
        if (isDamaged) throw new TokenBackendError({ code: 'damaged', message: 'Restore it.' });
        const data = texts.get(key);
        return data === undefined ? undefined : { data, version: data };
      },
    });
    isDamaged = true;
    expect(await list()).toEqual([]);
    expect(warnings).toHaveLength(3);
  });

  test('but a store that is out of reach is an error, whatever it throws', async () => {
    const { list } = await listedWith({
      async *list() {
        yield 'a';
        throw new TypeError('driver');
      },
    });
    await expect(list()).rejects.toMatchObject({ name: 'TokenBackendError', code: 'unavailable' });
    let isAway = false;
    const away = await listedWith({
      async load() {
        if (isAway) throw new TypeError('driver');
        return undefined;
      },
    });
    isAway = true;
    await expect(away.list()).rejects.toMatchObject({ name: 'TokenBackendError', code: 'unavailable' });
  });
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
  const kept = accounts.for('a');
  await kept.signIn(server.signIn());
  await accounts.close();
  for (const account of [kept, accounts.for('a')]) {
    expect(account.state).toBe('closed');
    expect(account.peek()).toBeUndefined();
    await expect(account.getToken()).rejects.toMatchObject({ code: 'closed' });
    await expect(account.renew()).rejects.toMatchObject({ code: 'closed' });
    await expect(account.signIn(server.signIn())).rejects.toMatchObject({ code: 'closed' });
    await expect(account.signOut()).rejects.toMatchObject({ code: 'closed' });
    expect(await account.status()).toMatchObject({ state: 'closed', account: 'a' });
    await account.close();
  }
});

describe('an account is a token manager in every respect', () => {
  async function both() {
    const server = strictServer();
    const options = { provider: server.provider, backend: listed().backend };
    const accounts = createAccounts(options);
    const handle = accounts.for('a');
    await handle.signIn(server.signIn());
    return { server, accounts, handle, manager: createTokenManager({ ...options, account: 'b' }) };
  }

  test('it has all that a manager has, as members of its own, and nothing else', async () => {
    const { handle, manager } = await both();
    const shapeOf = (of: TokenManager) =>
      new Map(Reflect.ownKeys(of).map((name) => [name, typeof of[name as keyof TokenManager]]));
    expect(shapeOf(handle)).toEqual(shapeOf(manager));
    expect(shapeOf({ ...handle })).toEqual(shapeOf({ ...manager }));
    expect(handle).toMatchObject({ account: 'a', provider: manager.provider, state: 'valid' });
  });

  test('a copy of either hands out tokens, and closing it closes what it is a copy of', async () => {
    const { server, handle, manager } = await both();
    await manager.signIn(server.signIn());
    for (const each of [handle, manager]) {
      const copy = { ...each };
      expect(copy.peek()).toBe(await copy.getToken());
      expect((await copy.status()).account).toBe(each.account);
      await copy[Symbol.asyncDispose]();
      expect(each.state).toBe('closed');
    }
  });

  test.each<[string, (manager: TokenManager) => unknown]>([
    ['getToken() of a number', (manager) => manager.getToken(5 as never)],
    ['getToken() of an unknown member', (manager) => manager.getToken({ scope: ['a'] } as never)],
    ['renew() of null', (manager) => manager.renew(null as never)],
    ['peek() of an unknown member', (manager) => manager.peek({ scope: ['a'] } as never)],
    ['signIn() of nothing', (manager) => manager.signIn(undefined as never)],
    ['signOut() of null', (manager) => manager.signOut(null as never)],
    ['signOut() of an unknown option', (manager) => manager.signOut({ revoked: true } as never)],
  ])('%s ends alike: promises reject, and only what returns none throws', async (_name, call) => {
    const { handle, manager } = await both();
    const endOf = async (of: TokenManager) => {
      let given: unknown;
      try {
        given = call(of);
      } catch (thrown) {
        return { thrown };
      }
      return { rejected: await Promise.resolve(given).catch((reason: unknown) => reason) };
    };
    const [ofHandle, ofManager] = [await endOf(handle), await endOf(manager)];
    expect(ofHandle).toEqual(ofManager);
    expect(Object.values(ofManager)).toEqual([expect.any(ConfigurationError)]);
  });

  test('`await using` closes all accounts at the end of its block', async () => {
    const { handle, accounts } = await both();
    {
      await using inUse = accounts;
      expect(inUse.for('a').state).toBe('valid');
    }
    expect(handle.state).toBe('closed');
    expect(
      await accounts
        .for('a')
        .getToken()
        .catch((error) => error),
    ).toMatchObject({ code: 'closed' });
  });

  test('its methods work detached', async () => {
    const { server, handle } = await both();
    const { getToken, peek, renew, status, signIn, signOut, close } = handle;
    const held = await getToken();
    expect(peek()).toBe(held);
    expect((await renew()).token).not.toBe(held.token);
    expect((await status()).state).toBe('valid');
    await signOut();
    await signIn(server.signIn());
    await close();
    expect(handle.state).toBe('closed');
  });

  test('whose tokens it hands out cannot be changed', async () => {
    const { server, accounts, handle } = await both();
    await accounts.for('b').signIn(server.signIn());
    const { token } = await handle.getToken();
    expect(() => Object.assign(handle, { account: 'b' })).toThrow(TypeError);
    expect(handle.account).toBe('a');
    expect((await handle.getToken()).token).toBe(token);
  });

  test('closing one refuses that one, and the account goes on for others', async () => {
    const { handle, accounts } = await both();
    await using inUse = handle;
    await inUse.close();
    expect(handle.state).toBe('closed');
    await expect(handle.getToken()).rejects.toMatchObject({ code: 'closed' });
    expect(await handle.status()).toMatchObject({ state: 'closed' });
    expect((await accounts.for('a').getToken()).token).toMatch(/^at-/);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a number', 5],
    ['1,025 characters', 'x'.repeat(1_025)],
  ])('%s names no account', async (_name, account) => {
    const { accounts } = await both();
    await expectRefusal(() => accounts.for(account as string), 'account');
  });
});

describe('createAccounts refuses what cannot work, by name', () => {
  const { provider } = strictServer();
  const { backend } = listed();
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'options'],
    ['null', null, 'options'],
    ['no provider', { backend }, 'provider'],
    ['the name of an account', { provider, backend, account: 'a' }, 'account'],
    ['an option of another name', { provider, backend, mostLive: 5 }, 'mostLive'],
    ['half an account', { provider, backend, maxLive: 0.5 }, 'maxLive'],
    ['no account at all', { provider, backend, maxLive: 0 }, 'maxLive'],
  ])('%s', async (_name, options, option) => {
    await expectRefusal(() => createAccounts(options as AccountsOptions), option);
  });
});
