import {
  type AccessToken,
  type AuthEvent,
  type AuthFetchInit,
  createAuthFetch,
  staticTokenSource,
  type TokenAsk,
  type TokenSource,
} from '@everbearer/core';
import type { SourceCall } from '@everbearer/core/adapter';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { describe, expect, test } from 'vitest';
import { authFetchWorld } from '../support/auth-fetch-world.ts';

describe('whose token', () => {
  test('an account on a source of one account is a mistake, and nothing is sent', async () => {
    await using world = await authFetchWorld();
    const mistake = { name: 'ConfigurationError', option: 'auth.account' };
    await expect(world.authFetch(world.server.url, { auth: { account: 'b' } })).rejects.toMatchObject(
      mistake,
    );
    expect(world.server.seen).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ['true', true, 'auth'],
    ['null', null, 'auth'],
    ['a text', 'b', 'auth'],
    ['a list', [], 'auth'],
    ['an account that is a number', { account: 7 }, 'auth.account'],
    ['scopes as text', { scopes: 'Mail.Read' }, 'auth.scopes'],
    ['scopes of mixed kind', { scopes: ['Mail.Read', 1] }, 'auth.scopes'],
  ])('auth that is %s is a mistake, and nothing is sent', async (_name, auth, option) => {
    await using world = await authFetchWorld();
    const call = world.authFetch(world.server.url, { auth } as AuthFetchInit);
    await expect(call).rejects.toMatchObject({ name: 'ConfigurationError', option });
    expect(world.server.seen).toEqual([]);
  });

  test('a misspelt member of auth is a mistake, and nothing is sent', async () => {
    await using world = await authFetchWorld();
    const call = world.authFetch(world.server.url, { auth: { acount: 'b' } as object });
    await expect(call).rejects.toMatchObject({
      name: 'ConfigurationError',
      option: 'auth.acount',
      message: expect.stringContaining('Did you mean `auth.account`?'),
    });
    expect(world.server.seen).toEqual([]);
  });

  test('a function is asked at each call, with the final URL; a replay stays with the source of the token', async () => {
    await using server = await recordingServer(only('t2', 'other'));
    const calls: SourceCall[] = [];
    const main = countingSource();
    const pick = (call: SourceCall) => {
      calls.push(call);
      return call.account === 'b' ? staticTokenSource('other') : main;
    };
    const authFetch = createAuthFetch(pick, { origins: [server.url] });
    await authFetch(`${server.url}/a`);
    await authFetch(new Request(`${server.url}/b`, { method: 'PUT' }), {
      auth: { account: 'b', scopes: ['s'] },
    });
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer other']);
    expect(calls).toEqual([
      { url: `${server.url}/a`, method: 'GET' },
      { url: `${server.url}/b`, method: 'PUT', account: 'b', scopes: ['s'] },
    ]);
  });

  test('scopes of the call come before scopes of the fetch', async () => {
    const source = countingSource();
    await using world = await authFetchWorld(source, { scopes: ['all'] });
    await world.authFetch(world.server.url);
    await world.authFetch(world.server.url, { auth: { scopes: ['one'] } });
    expect(source.asks.map((ask) => ask?.scopes)).toEqual([['all'], ['one']]);
  });
});

describe('a source may hand out plain objects', () => {
  const plain = (token: string) => ({ token, expiresAt: Date.now() + 1_000, scopes: ['a'] });

  test('of getToken, renewed as any other', async () => {
    await using server = await recordingServer(only('t2'));
    const source: TokenSource = { getToken: async (ask) => ({ token: ask?.rejected ? 't2' : 't1' }) };
    const authFetch = createAuthFetch(source, { origins: [server.url] });
    expect((await authFetch(server.url)).status).toBe(200);
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('of peek, and with the type that is sent', async () => {
    await using server = await recordingServer(only('t1'));
    const source: TokenSource = {
      peek: () => plain('t1'),
      getToken: async () => ({ ...plain('t1'), tokenType: 'bearer' }),
    };
    const authFetch = createAuthFetch(source, { origins: [server.url] });
    await authFetch(server.url);
    await createAuthFetch({ getToken: source.getToken }, { origins: [server.url] })(server.url);
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t1']);
  });

  test('a renewal that brings what cannot be sent: the 401 comes back unread', async () => {
    await using server = await recordingServer(only('none'));
    const events: string[] = [];
    for (const bad of ['', 'a b', 5]) {
      const source = {
        getToken: async (ask?: TokenAsk) => ({ token: ask?.rejected ? bad : 't1' }) as AccessToken,
      };
      const onEvent = ({ type }: AuthEvent) => void events.push(type);
      const response = await createAuthFetch(source, { origins: [server.url], onEvent })(server.url);
      expect([response.status, await response.text()]).toEqual([401, 'refused Bearer t1']);
    }
    expect(events).toEqual(['rejected', 'rejected', 'rejected']);
    expect(server.seen).toHaveLength(3);
  });
});

describe('no token, no request', () => {
  const resolving = (token: unknown) => ({ getToken: async () => token as AccessToken });

  test.each<[string, TokenSource | (() => TokenSource), object]>([
    ['a source that resolves to nothing', resolving(undefined), { code: 'no_token' }],
    ['a source that resolves to null', resolving(null), { code: 'no_token' }],
    ['a text in place of a token', resolving('abc'), { code: 'configuration', option: 'source' }],
    ['an empty token', resolving({ token: '' }), { code: 'configuration', option: 'source' }],
    [
      'a token with a line break',
      resolving({ token: 'a\r\nx: y' }),
      { code: 'configuration', option: 'source' },
    ],
    ['a token that is a number', resolving({ token: 5 }), { code: 'configuration', option: 'source' }],
    ['a token of 1 MB', resolving({ token: 'x'.repeat(1e6) }), { code: 'configuration', option: 'source' }],
    [
      'a token of another type',
      resolving({ token: 'x', tokenType: 'DPoP' }),
      { code: 'configuration', option: 'source' },
    ],
    [
      'a peek of a token of another type',
      { ...resolving({ token: 'x' }), peek: () => ({ token: 'x', tokenType: 'pop' }) },
      { option: 'source' },
    ],
    ['an object without a token', resolving({}), { code: 'configuration', option: 'source' }],
    [
      'a peek of a bad token',
      { ...resolving('x'), peek: () => ({ token: 'a b' }) as AccessToken },
      { option: 'source' },
    ],
    [
      'a source that rejects',
      { getToken: () => Promise.reject(new RangeError('mine')) },
      { message: 'mine' },
    ],
    // These read as if the request had failed on its way, and clients would send it again.
    [
      'a source whose own request fails',
      { getToken: () => Promise.reject(new TypeError('fetch failed')) },
      { name: 'AuthError', code: 'no_token' },
    ],
    [
      'a source that gives up by a signal of its own',
      { getToken: () => Promise.reject(AbortSignal.abort().reason) },
      { name: 'AuthError', code: 'no_token' },
    ],
    [
      'a function that returns nothing',
      () => undefined as never,
      { code: 'configuration', option: 'source' },
    ],
  ])('%s', async (_name, source, expected) => {
    await using server = await recordingServer();
    const authFetch = createAuthFetch(source, { origins: [server.url] });
    await expect(authFetch(server.url)).rejects.toMatchObject(expected);
    expect(server.seen).toEqual([]);
  });
});
