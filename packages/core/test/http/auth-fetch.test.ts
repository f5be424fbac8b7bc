import { type AuthFetchInit, createAuthFetch, staticTokenSource } from '@everbearer/core';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { describe, expect, test } from 'vitest';
import { authFetchWorld } from '../support/auth-fetch-world.ts';

describe('every form of a call gets the header, and the objects of the caller stay as they were', () => {
  const inputs: [string, (url: string) => string | URL | Request][] = [
    ['a string', (url) => url],
    ['a URL', (url) => new URL(url)],
    ['a Request', (url) => new Request(url, { headers: { 'x-from': 'request' } })],
  ];
  const inits: [string, () => RequestInit | undefined, string | undefined][] = [
    ['no init', () => undefined, undefined],
    ['an init without headers', () => ({}), undefined],
    ['headers as an object', () => ({ headers: { 'X-From': 'init' } }), 'init'],
    [
      'headers without a prototype',
      () => ({ headers: Object.assign(Object.create(null), { 'x-from': 'init' }) }),
      'init',
    ],
    ['headers as Headers', () => ({ headers: new Headers({ 'x-from': 'init' }) }), 'init'],
    ['headers as entries', () => ({ headers: [['x-from', 'init']] }), 'init'],
    [
      'headers as a Map, which fetch takes too',
      () => ({ headers: new Map([['x-from', 'init']]) as never }),
      'init',
    ],
  ];
  const rows = inputs.flatMap(([input, makeInput]) =>
    inits.map(([init, makeInit, from]) => ({ input, makeInput, init, makeInit, from })),
  );
  const shown = (headers: unknown) => JSON.stringify(headers instanceof Headers ? [...headers] : headers);

  test.each(rows)('$input with $init', async ({ makeInput, makeInit, from, input: form }) => {
    await using world = await authFetchWorld();
    const input = makeInput(`${world.server.url}/path?a=b`);
    const init = makeInit();
    const before = shown(init?.headers);
    expect((await world.authFetch(input, init)).status).toBe(200);
    const [seen] = world.server.seen;
    expect(seen).toMatchObject({ method: 'GET', path: '/path?a=b', authorization: 'Bearer abc' });
    expect(seen?.headers['x-from']).toBe(from ?? (form === 'a Request' ? 'request' : undefined));
    expect(shown(init?.headers)).toBe(before);
    expect(input instanceof Request && input.headers.has('authorization')).toBe(false);
  });

  test('the rest of the init goes along, and ours does not', async () => {
    await using world = await authFetchWorld();
    const sent: (RequestInit | undefined)[] = [];
    const send: typeof fetch = (input, init) => {
      sent.push(init);
      return fetch(input, init);
    };
    const authFetch = createAuthFetch(staticTokenSource('abc'), { origins: [world.server.url], fetch: send });
    await authFetch(world.server.url, { method: 'DELETE', redirect: 'manual', auth: { scopes: ['a'] } });
    expect(sent).toEqual([
      { method: 'DELETE', redirect: 'manual', headers: { authorization: 'Bearer abc' } },
    ]);
  });
});

describe('what stands in Authorization already', () => {
  const value = (authorization: unknown) => ({ headers: { authorization } }) as AuthFetchInit;

  test.each<[string, AuthFetchInit, string]>([
    ['a token of the caller', value('Bearer mine'), 'Bearer mine'],
    ['Basic', value('Basic eHg='), 'Basic eHg='],
    ['another scheme', value('DPoP xyz'), 'DPoP xyz'],
    ['in capitals', { headers: { AUTHORIZATION: 'Bearer mine' } }, 'Bearer mine'],
    ['in Headers', { headers: new Headers({ Authorization: 'Bearer mine' }) }, 'Bearer mine'],
    ['in entries', { headers: [['Authorization', 'Bearer mine']] }, 'Bearer mine'],
    ['empty', value(''), 'Bearer abc'],
    ['blank', value('  '), 'Bearer abc'],
    ['undefined', value(undefined), 'Bearer abc'],
    ['null', value(null), 'Bearer abc'],
    ['the word undefined', value('undefined'), 'Bearer abc'],
    ['the word null', value('null'), 'Bearer abc'],
    ['a scheme alone', value('Bearer'), 'Bearer abc'],
    ['a scheme and a space', value('Bearer '), 'Bearer abc'],
    ['Bearer undefined', value('Bearer undefined'), 'Bearer abc'],
    ['bearer NULL', value('bearer NULL'), 'Bearer abc'],
    ['empty in Headers', { headers: new Headers({ Authorization: '' }) }, 'Bearer abc'],
    ['empty in entries', { headers: [['Authorization', '']] }, 'Bearer abc'],
  ])('%s', async (_name, init, expected) => {
    await using world = await authFetchWorld();
    await world.authFetch(world.server.url, init);
    expect(world.server.authorizations).toEqual([expected]);
  });

  test('a credential of the caller is left alone: no token is asked for, its 401 is not replayed', async () => {
    await using server = await recordingServer(only('t1', 't2'));
    const source = countingSource();
    const authFetch = createAuthFetch(source, { origins: [server.url] });
    expect((await authFetch(server.url, value('Basic eHg='))).status).toBe(401);
    expect((await authFetch(new Request(server.url, value('Bearer mine')))).status).toBe(401);
    expect(server.authorizations).toEqual(['Basic eHg=', 'Bearer mine']);
    expect(source.asks).toEqual([]);
  });

  test('an older header of ours, copied from an earlier call, is replaced', async () => {
    await using server = await recordingServer(only('t2'));
    const authFetch = createAuthFetch(countingSource(), { origins: [server.url] });
    await authFetch(server.url);
    await authFetch(server.url, value('Bearer t1'));
    await authFetch(new Request(server.url, value('Bearer t1')));
    expect(server.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2', 'Bearer t2']);
  });
});

describe('where it goes', () => {
  test('auth: false goes anywhere, without a token, as it is', async () => {
    await using world = await authFetchWorld();
    await world.authFetch(world.server.url, { auth: false });
    await world.authFetch(new Request(world.foreign.url), { auth: false, headers: { 'x-a': 'b' } });
    expect(world.server.authorizations).toEqual([undefined]);
    expect(world.foreign.seen[0]).toMatchObject({ authorization: undefined, headers: { 'x-a': 'b' } });
  });

  test('a foreign origin is refused before anything is sent, and the event names it', async () => {
    await using world = await authFetchWorld();
    const { foreign, events } = world;
    for (const input of [foreign.url, new URL(foreign.url), new Request(`${foreign.url}/?secret=1`)]) {
      const refusal = { name: 'OriginNotAllowedError', code: 'origin_not_allowed', origin: foreign.url };
      await expect(world.authFetch(input)).rejects.toMatchObject(refusal);
    }
    expect(foreign.seen).toEqual([]);
    const nobody = { account: undefined, provider: undefined };
    const notSent = { type: 'not_sent', origin: foreign.url, reason: 'origin_not_allowed', ...nobody };
    expect(events).toEqual([notSent, notSent, notSent]);
  });

  test('plain http beyond this machine is refused, and the message says why and what helps', async () => {
    await using world = await authFetchWorld(undefined, { origins: () => true });
    await expect(world.authFetch('http://graph.microsoft.com/')).rejects.toThrow(
      /not encrypted.*(https|allowPlainHttp)/s,
    );
  });

  test("with 'pass' a foreign request goes without anything of ours, and the caller's own stays", async () => {
    await using world = await authFetchWorld(undefined, { onForeignOrigin: 'pass' });
    await world.authFetch(world.server.url);
    await world.authFetch(world.foreign.url, { headers: { a: 'b' } });
    await world.authFetch(world.foreign.url, { headers: { Authorization: 'Bearer abc', a: 'b' } });
    await world.authFetch(world.foreign.url, { headers: [['authorization', 'Bearer abc']] });
    await world.authFetch(new Request(world.foreign.url, { headers: { authorization: 'Bearer abc' } }));
    await world.authFetch(world.foreign.url, { headers: { authorization: 'Bearer mine' } });
    expect(world.foreign.authorizations).toEqual([...Array(4).fill(undefined), 'Bearer mine']);
    expect(world.foreign.seen[1]?.headers['a']).toBe('b');
  });

  test('what is no http address is none of our business', async () => {
    await using world = await authFetchWorld({ getToken: () => Promise.reject(new Error('asked')) });
    expect(await (await world.authFetch('data:text/plain,hello')).text()).toBe('hello');
    const blob = URL.createObjectURL(new Blob(['blob']));
    expect(await (await world.authFetch(blob)).text()).toBe('blob');
    await expect(world.authFetch('/relative')).rejects.toBeInstanceOf(TypeError);
    await expect(world.authFetch('ftp://example.com/')).rejects.toBeInstanceOf(TypeError);
  });
});
