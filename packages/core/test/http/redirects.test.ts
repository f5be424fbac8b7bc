import { type AuthEvent, type AuthFetchInit, createAuthFetch, staticTokenSource } from '@everbearer/core';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { type Answer, only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { afterEach, describe, expect, test } from 'vitest';

/* Redirects are followed under the guard: the token goes along where it may go, and nowhere else. */

/** `/STATUS/TARGET` redirects there; `/loop` to itself; everything else goes to `then`. */
const redirecting =
  (then: Answer = () => undefined): Answer =>
  (seen, response, count) => {
    const [, status, target] = /^\/(30\d)\/(.*)$/.exec(seen.path) ?? [];
    if (seen.path === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (status)
      response.writeHead(Number(status), { location: decodeURIComponent(target ?? '') }).end('moved');
    else then(seen, response, count);
  };
const via = (status: number, target: string) => `/${status}/${encodeURIComponent(target)}`;

async function setUp(then?: Answer, options: object = {}) {
  const one = await recordingServer(redirecting(then));
  const two = await recordingServer(redirecting(then));
  const foreign = await recordingServer(redirecting());
  const source = countingSource();
  const events: AuthEvent[] = [];
  const onEvent = (event: AuthEvent) => void events.push(event);
  const authFetch = createAuthFetch(source, { origins: [one.url, two.url], onEvent, ...options });
  return {
    one,
    two,
    foreign,
    source,
    events,
    authFetch,
    async [Symbol.asyncDispose]() {
      for (const server of [one, two, foreign]) await server[Symbol.asyncDispose]();
    },
  };
}

/** Bun follows streams, more than 20 redirects, and loses the fragment. */
const isBun = 'Bun' in globalThis;
const STATUSES = [301, 302, 303, 307, 308];

describe.each(STATUSES)('a redirect %i', (status) => {
  test('to another allowed origin takes the token along, and its answer is the answer', async () => {
    await using world = await setUp();
    const response = await world.authFetch(`${world.one.url}${via(status, `${world.two.url}/there?a=b`)}`);
    expect([response.status, await response.text(), response.redirected, response.url]).toEqual([
      200,
      'ok',
      true,
      `${world.two.url}/there?a=b`,
    ]);
    expect([world.one.authorizations, world.two.authorizations]).toEqual([['Bearer t1'], ['Bearer t1']]);
  });

  test('beyond them takes nothing along, of ours or of the caller’s', async () => {
    await using world = await setUp();
    const headers = { cookie: 'a=b', 'proxy-authorization': 'Basic eHg=', 'x-a': 'b' };
    await world.authFetch(`${world.one.url}${via(status, `${world.foreign.url}/there`)}`, { headers });
    expect(world.foreign.seen).toHaveLength(1);
    expect(world.foreign.seen[0]?.headers).toMatchObject({ 'x-a': 'b' });
    for (const name of ['authorization', 'cookie', 'proxy-authorization'])
      expect(world.foreign.seen[0]?.headers).not.toHaveProperty(name);
  });

  test('that comes back from beyond bears the token again', async () => {
    await using world = await setUp();
    const back = `${world.foreign.url}${via(status, `${world.two.url}/there`)}`;
    await world.authFetch(`${world.one.url}${via(status, back)}`);
    expect([world.foreign.authorizations, world.two.authorizations]).toEqual([[undefined], ['Bearer t1']]);
  });
});

/** The same call by fetch and by ours, through one redirect within the origin. */
async function both(
  url: (origin: string) => string,
  init: () => AuthFetchInit,
  make?: (url: string, init: RequestInit) => Request,
) {
  const outcomes: unknown[] = [];
  for (const ours of [false, true]) {
    await using server = await recordingServer(redirecting());
    const send = ours ? createAuthFetch(staticTokenSource('abc'), { origins: [server.url] }) : fetch;
    const given = init();
    try {
      const response = await (make ? send(make(url(server.url), given)) : send(url(server.url), given));
      const { status, redirected, type } = response;
      outcomes.push([status, redirected, type, response.url.replace(server.url, ''), await response.text()]);
    } catch (error) {
      const { name, message } = error as Error;
      // Bun has words of its own for each.
      outcomes.push(isBun ? ['rejected'] : [name, message]);
    }
    outcomes.push(
      server.seen.map(
        ({ method, path, body, headers: { authorization: _ours, host: _host, ...others } }) => ({
          method,
          path,
          body,
          others,
        }),
      ),
    );
  }
  return outcomes;
}

describe('methods and bodies are those of fetch', () => {
  const form = () => {
    const data = new URLSearchParams('a=1');
    return data;
  };
  const bodies: [string, () => AuthFetchInit][] = [
    ['no body', () => ({})],
    ['a text', () => ({ body: 'tëxt', headers: { 'content-language': 'de', 'x-a': 'b' } })],
    ['bytes', () => ({ body: new TextEncoder().encode('bytes') })],
    ['parameters', () => ({ body: form() })],
    ['a Blob', () => ({ body: new Blob(['blob'], { type: 'text/csv' }) })],
  ];
  const rows = STATUSES.flatMap((status) =>
    ['GET', 'HEAD', 'POST', 'PUT', 'post', 'QUERY', 'DELETE'].flatMap((method) =>
      bodies
        .filter(([name]) => name === 'no body' || !['GET', 'HEAD'].includes(method))
        .map(([name, init]) => ({ status, method, name, init })),
    ),
  );

  test.each(rows)('$status of a $method with $name', async ({ status, method, init }) => {
    const [plain, plainSeen, ours, oursSeen] = await both(
      (origin) => `${origin}${via(status, '/there')}`,
      () => ({ method, ...init() }),
    );
    expect([ours, oursSeen]).toEqual([plain, plainSeen]);
  });

  test.each(STATUSES)('%i of a Request with a body', async (status) => {
    const [plain, plainSeen, ours, oursSeen] = await both(
      (origin) => `${origin}${via(status, '/there')}`,
      () => ({ method: 'PUT', body: 'request', headers: { 'x-a': 'b' } }),
      (url, init) => new Request(url, init),
    );
    expect([ours, oursSeen]).toEqual([plain, plainSeen]);
  });

  test.each(isBun ? [303] : STATUSES)('%i of a stream, which cannot be sent twice', async (status) => {
    const [plain, plainSeen, ours, oursSeen] = await both(
      (origin) => `${origin}${via(status, '/there')}`,
      () => ({ method: 'POST', body: new Blob(['stream']).stream(), duplex: 'half' }) as AuthFetchInit,
    );
    expect([ours, oursSeen]).toEqual([plain, plainSeen]);
  });

  const notInBun: [string, (origin: string) => string, AuthFetchInit][] = [
    ['more than 20', (origin) => `${origin}/loop`, {}],
    ['that keeps the fragment', (origin) => `${origin}${via(302, '/there')}#old`, {}],
  ];

  test.each<[string, (origin: string) => string, AuthFetchInit]>([
    ...(isBun ? [] : notInBun),
    ['to another scheme', (origin) => `${origin}${via(302, 'ftp://a.example/')}`, {}],
    ['to what is no URL', (origin) => `${origin}${via(302, 'http://')}`, {}],
    ['to a user at another host', (origin) => `${origin}${via(302, 'http://user@127.0.0.2:1/')}`, {}],
    ['to a fragment', (origin) => `${origin}${via(302, '/there#new')}#old`, {}],
    ['to a path beyond ASCII', (origin) => `${origin}${via(302, '/caf%C3%A9')}`, {}],
    ['without a place', (origin) => `${origin}/nowhere`, {}],
    ['by hand', (origin) => `${origin}${via(302, '/there')}`, { redirect: 'manual' }],
    ['as an error', (origin) => `${origin}${via(302, '/there')}`, { redirect: 'error' }],
  ])('a redirect %s', async (_name, url, init) => {
    const [plain, plainSeen, ours, oursSeen] = await both(url, () => init);
    expect([ours, oursSeen]).toEqual([plain, plainSeen]);
  });
});

describe('a 401 at the end of redirects', () => {
  const good =
    (token: string): Answer =>
    (seen, response, count) =>
      only(token)(seen, response, count);

  test('from another allowed origin is a verdict on our token, and the call is made once more', async () => {
    await using world = await setUp(good('t2'));
    const response = await world.authFetch(`${world.one.url}${via(307, `${world.two.url}/there`)}`);
    expect(response.status).toBe(200);
    expect(world.two.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
    expect(world.source.asks.map((ask) => ask?.rejected)).toEqual([undefined, 't1']);
  });

  test('from beyond them is none', async () => {
    await using world = await setUp();
    await using strict = await recordingServer(only('t2'));
    const response = await world.authFetch(`${world.one.url}${via(307, strict.url)}`);
    expect([response.status, strict.authorizations]).toEqual([401, [undefined]]);
    expect(world.source.asks.map((ask) => ask?.rejected)).toEqual([undefined]);
    expect(world.events).toEqual([]);
  });

  test('of a body that was kept is replayed with it, through the redirect', async () => {
    await using world = await setUp(good('t2'));
    const url = `${world.one.url}${via(308, `${world.two.url}/there`)}`;
    for (const input of [
      () => [url, { method: 'PUT', body: 'kept' }],
      () => [new Request(url, { method: 'PUT', body: 'kept' })],
    ])
      await world.authFetch(...(input() as [string, AuthFetchInit]));
    expect([...world.one.seen, ...world.two.seen].map(({ body }) => body)).toEqual(Array(6).fill('kept'));
    expect(world.two.authorizations).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
  });
});

test('a foreign request without a token is redirected by the rules of the platform', async () => {
  await using world = await setUp(undefined, { onForeignOrigin: 'pass' });
  await world.authFetch(world.one.url);
  for (const headers of [{}, { authorization: 'Bearer t1' }, { authorization: 'Basic mine' }]) {
    const response = await world.authFetch(`${world.foreign.url}${via(302, '/there')}`, { headers });
    expect([response.status, response.redirected]).toEqual([200, true]);
  }
  expect(world.foreign.authorizations).toEqual([...Array(4).fill(undefined), 'Basic mine', 'Basic mine']);
});

test('a source that differs by origin gives each its own token', async () => {
  await using one = await recordingServer(redirecting());
  await using two = await recordingServer(redirecting());
  const authFetch = createAuthFetch(({ url }) => staticTokenSource(url.startsWith(one.url) ? 'one' : 'two'), {
    origins: [one.url, two.url],
  });
  await authFetch(`${one.url}${via(302, `${two.url}${via(302, `${one.url}/end`)}`)}`);
  expect([one.authorizations, two.authorizations]).toEqual([['Bearer one', 'Bearer one'], ['Bearer two']]);
});

test('a clone of the answer says that it was redirected, too', async () => {
  await using world = await setUp();
  const response = await world.authFetch(`${world.one.url}${via(302, '/there')}`);
  const clone = response.clone();
  expect([clone.redirected, clone.clone().redirected, await clone.text(), await response.text()]).toEqual([
    true,
    true,
    'ok',
    'ok',
  ]);
});

test('an abort between two redirects ends the call with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  await using server = await recordingServer((seen, response) => {
    if (seen.path === '/') controller.abort(reason);
    if (seen.path === '/') response.writeHead(302, { location: '/there' }).end();
  });
  const authFetch = createAuthFetch(staticTokenSource('abc'), { origins: [server.url] });
  await expect(authFetch(server.url, { signal: controller.signal })).rejects.toBe(reason);
});

describe('where a page runs, a redirect cannot be seen', () => {
  afterEach(() => {
    delete (globalThis as { location?: unknown }).location;
  });

  test('so fetch follows it, by its own rules', async () => {
    await using world = await setUp();
    (globalThis as { location?: unknown }).location = { href: world.one.url };
    const modes: unknown[] = [];
    const authFetch = createAuthFetch(world.source, {
      origins: [world.one.url, world.two.url],
      fetch: (input, init) => {
        modes.push(init?.redirect);
        return fetch(input, init);
      },
    });
    await authFetch(`${world.one.url}${via(302, '/there')}`);
    await authFetch(`${world.one.url}${via(302, `${world.two.url}/there`)}`);
    expect(modes).toEqual([undefined, undefined]);
    expect(world.one.authorizations).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1']);
    expect(world.two.authorizations).toEqual([undefined]);
  });
});
