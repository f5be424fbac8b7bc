import { runInNewContext } from 'node:vm';
import { type AuthFetchInit, createAuthFetch, staticTokenSource } from '@everbearer/core';
import { recordingServer } from '@everbearer/far-end/support/recording-server';
import { afterEach, describe, expect, test } from 'vitest';
import { authFetchWorld } from '../support/auth-fetch-world.ts';

/* What a call is made with is read once: what was checked is what is sent, whatever the objects do afterwards. */

const as = <T>(value: unknown) => value as T;
const named = (value: unknown) => as<AuthFetchInit>({ headers: value });

/** Gives the first value when first read, and the other one from then on. */
function changing<T>(first: T, then: T): () => T {
  let reads = 0;
  return () => (reads++ === 0 ? first : then);
}

function member(name: string, read: () => unknown): Record<string, unknown> {
  return Object.defineProperty({}, name, { enumerable: true, get: read });
}

class LyingHeaders extends Headers {
  override get(): null {
    return null;
  }
  override has(): boolean {
    return false;
  }
}

class OneFaceForEach extends Headers {
  override get(name: string): string | null {
    return name === 'authorization' ? 'Basic mine' : super.get(name);
  }
}

const PAIRS: [string, string][] = [['x-a', 'b']];
const ownIterator = {
  'x-not': 'sent',
  *[Symbol.iterator]() {
    yield ['x-a', 'b'];
  },
};

describe('headers of every shape bear the token', () => {
  test.each<[string, () => AuthFetchInit, string | undefined]>([
    ['an object with an iterator of its own', () => named(ownIterator), 'b'],
    ['an iterator that can be asked once', () => named(new Map(PAIRS).entries()), 'b'],
    ['pairs that are no arrays', () => named([new Set(['x-a', 'b'])]), 'b'],
    ['pairs of another realm', () => named(runInNewContext("[['x-a', 'b']]")), 'b'],
    ['an object of another realm', () => named(runInNewContext("({ 'x-a': 'b' })")), 'b'],
    ['an init of another realm', () => as(runInNewContext("({ headers: { 'x-a': 'b' } })")), 'b'],
    ['a member that is inherited', () => named(Object.create({ 'x-a': 'b' })), undefined],
    [
      'a credential that is inherited, which fetch does not send',
      () => named(Object.create({ authorization: 'Basic mine' })),
      undefined,
    ],
    [
      'a credential of an object with an iterator, which fetch does not send',
      () => named(Object.assign(ownIterator, { authorization: 'Basic mine' })),
      'b',
    ],
    ['a number', () => named({ 'x-a': 5 }), '5'],
    ['an empty list', () => named([]), undefined],
    ['null', () => named(null), undefined],
    ['Headers that say they have none', () => named(new LyingHeaders({ 'x-a': 'b' })), 'b'],
    ['Headers that show another credential', () => named(new OneFaceForEach({ 'x-a': 'b' })), 'b'],
    ['a frozen init', () => Object.freeze(named(Object.freeze({ 'x-a': 'b' }))), 'b'],
  ])('%s', async (_name, init, expected) => {
    await using world = await authFetchWorld();
    await world.authFetch(world.server.url, init());
    expect(world.server.authorizations).toEqual(['Bearer abc']);
    expect(world.server.seen[0]?.headers['x-a']).toBe(expected);
    expect(world.server.seen[0]?.headers).not.toHaveProperty('x-not');
  });

  const credential = 'Basic mine';
  test.each<[string, () => AuthFetchInit, string]>([
    [
      'a credential that is there when it is first read',
      () => named(member('authorization', changing<unknown>(credential, undefined))),
      credential,
    ],
    [
      'one that is there only later',
      () => named(member('authorization', changing<unknown>('', credential))),
      'Bearer abc',
    ],
    [
      'headers that are another object later',
      () => as(member('headers', changing<object>({ authorization: credential }, {}))),
      credential,
    ],
    [
      'headers that have a credential only later',
      () => as(member('headers', changing<object>({}, { authorization: credential }))),
      'Bearer abc',
    ],
    [
      'a Proxy that answers as it likes',
      () => {
        const read = changing<unknown>(credential, undefined);
        return named(
          new Proxy(
            { authorization: '' },
            { get: (_object, name) => (name === 'authorization' ? read() : undefined) },
          ),
        );
      },
      credential,
    ],
  ])('what counts is what was read first: %s', async (_name, init, expected) => {
    await using world = await authFetchWorld();
    await world.authFetch(world.server.url, init());
    expect(world.server.authorizations).toEqual([expected]);
  });
});

describe('a header of ours, however it is spelt, goes nowhere else', () => {
  test.each<[string, unknown]>([
    ['with blanks around it', { authorization: ' Bearer abc ' }],
    ['with blanks within it', { authorization: 'Bearer   abc' }],
    ['with a scheme in small letters', { authorization: 'bearer abc' }],
    [
      'beside a credential of the caller',
      [
        ['authorization', 'Bearer abc'],
        ['Authorization', 'Basic mine'],
      ],
    ],
    [
      'behind one',
      [
        ['authorization', 'Basic mine'],
        ['Authorization', 'Bearer abc'],
      ],
    ],
    ['in one line with one', { authorization: 'Basic mine, Bearer abc' }],
  ])('%s', async (_name, headers) => {
    await using world = await authFetchWorld(undefined, { onForeignOrigin: 'pass' });
    await world.authFetch(world.server.url);
    await world.authFetch(world.foreign.url, named(headers));
    await world.authFetch(new Request(world.foreign.url, as<RequestInit>({ headers })));
    expect(world.foreign.authorizations).toEqual([undefined, undefined]);
    await world.authFetch(world.server.url, named(headers));
    expect(world.server.authorizations).toEqual(['Bearer abc', 'Bearer abc']);
  });
});

/** Says that it is a Request, and shows what a Request shows. */
function claimed(members: object): Request {
  return as<Request>({
    method: 'POST',
    headers: { 'x-a': 'b' },
    body: 'claimed',
    [Symbol.toStringTag]: 'Request',
    ...members,
  });
}

describe('what only says that it is a Request', () => {
  test('is sent as it shows itself', async () => {
    await using world = await authFetchWorld();
    await world.authFetch(claimed({ url: `${world.server.url}/x` }));
    expect(world.server.seen).toMatchObject([
      { method: 'POST', path: '/x', body: 'claimed', authorization: 'Bearer abc', headers: { 'x-a': 'b' } },
    ]);
  });

  test.each<[string, (here: string, foreign: string) => Request]>([
    ['one that reads as another URL', (here, foreign) => claimed({ url: here, toString: () => foreign })],
    [
      'one whose URL changes',
      (here, foreign) => Object.defineProperty(claimed({}), 'url', { get: changing(here, foreign) }),
    ],
    [
      'a subclass that lies',
      (here, foreign) =>
        new (class extends Request {
          override get url() {
            return here;
          }
        })(foreign),
    ],
    [
      'a Request with a URL put over its own',
      (here, foreign) => Object.defineProperty(new Request(foreign), 'url', { value: here }),
    ],
    [
      'an object of the right prototype alone',
      (here, foreign) =>
        Object.create(Request.prototype, {
          url: { value: here },
          method: { value: 'GET' },
          headers: { value: {} },
          body: { value: null },
          toString: { value: () => foreign },
        }) as Request,
    ],
  ])('takes the token nowhere else: %s', async (_name, make) => {
    await using world = await authFetchWorld();
    await world.authFetch(make(world.server.url, world.foreign.url)).catch(() => undefined);
    expect(world.foreign.seen).toEqual([]);
  });

  const withIterator = (request: Request) =>
    Object.assign(request.headers, {
      *[Symbol.iterator]() {
        yield ['authorization', 'Basic mine'];
      },
    });
  test.each<[string, (request: Request) => unknown]>([
    [
      'put over its own',
      (request) =>
        Object.defineProperty(request, 'headers', { value: new Headers({ authorization: 'Basic mine' }) }),
    ],
    ['that read as others', withIterator],
  ])('a Request with headers %s: what was checked is what is sent', async (_name, tamperWith) => {
    await using world = await authFetchWorld();
    const request = new Request(world.server.url);
    tamperWith(request);
    await world.authFetch(request);
    expect(world.server.seen).toHaveLength(1);
    expect(world.server.authorizations).not.toContain(undefined);
  });

  test('a subclass that is honest is sent, body and all, and again after a 401', async () => {
    await using server = await recordingServer((_seen, response, count) => {
      if (count === 1) response.statusCode = 401;
    });
    class Mine extends Request {}
    const source = {
      getToken: async (ask?: { rejected?: string | undefined }) => ({ token: ask?.rejected ? 't2' : 't1' }),
    };
    const authFetch = createAuthFetch(source, { origins: [server.url] });
    await authFetch(new Mine(server.url, { method: 'PUT', body: 'mine', headers: { 'x-a': 'b' } }));
    expect(
      server.seen.map(({ method, body, authorization, headers }) => [
        method,
        body,
        authorization,
        headers['x-a'],
      ]),
    ).toEqual([
      ['PUT', 'mine', 'Bearer t1', 'b'],
      ['PUT', 'mine', 'Bearer t2', 'b'],
    ]);
  });
});

describe('relative URLs', () => {
  const globals = globalThis as { location?: unknown; document?: unknown };
  afterEach(() => {
    delete globals.location;
    delete globals.document;
  });

  test('are resolved where the page says so, and checked there', async () => {
    await using world = await authFetchWorld();
    globals.location = { href: `${world.server.url}/app/` };
    await world.authFetch('data?x=1');
    expect(world.server.seen).toMatchObject([{ path: '/app/data?x=1', authorization: 'Bearer abc' }]);
    // As a `base` element does it: the page is ours, and its relative URLs lead elsewhere.
    globals.document = { baseURI: `${world.foreign.url}/` };
    for (const url of ['data', '/data', 'http:data'])
      await expect(world.authFetch(url)).rejects.toMatchObject({ code: 'origin_not_allowed' });
    expect(world.foreign.seen).toEqual([]);
  });

  test('of a fetch that has a base of its own are refused: they were never checked', async () => {
    await using world = await authFetchWorld();
    const based: typeof fetch = (input, init) => fetch(new URL(input as string, world.server.url), init);
    const authFetch = createAuthFetch(staticTokenSource('abc'), {
      origins: [world.server.url],
      fetch: based,
    });
    await expect(authFetch('/relative')).rejects.toMatchObject({ code: 'configuration', option: 'input' });
    expect(world.server.seen).toEqual([]);
    expect((await authFetch(`${world.server.url}/absolute`)).status).toBe(200);
    expect((await authFetch('/relative', { auth: false })).status).toBe(200);
  });
});
