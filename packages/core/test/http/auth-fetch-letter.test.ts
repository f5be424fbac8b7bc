import { type AuthFetchInit, createAuthFetch, staticTokenSource } from '@everbearer/core';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { type Answer, only, recordingServer, type Seen } from '@everbearer/far-end/support/recording-server';
import { describe, expect, test } from 'vitest';

/* The same call by fetch and by ours: what the server saw, and what came back, differ in one header. */

type Call = (send: typeof fetch, url: string) => Promise<unknown>;

const answer: Answer = ({ path }, response) => {
  if (path === '/away') response.writeHead(302, { location: '/x' }).end('away');
  if (path === '/empty') response.writeHead(204).end();
  if (path === '/cookies') response.setHeader('set-cookie', ['a=1', 'b=2']);
};

/** Without what differs from run to run: the header, the port, the boundary of a form. */
const withoutHeader = ({ method, path, body, headers }: Seen) => {
  const { authorization: _ours, host: _port, ...others } = headers;
  const [, boundary = ' '] = /boundary=(.+)$/.exec(others['content-type'] ?? '') ?? [];
  return JSON.stringify({ method, path, body, others }).replaceAll(boundary, 'boundary');
};

async function outcome(send: typeof fetch, url: string, call: Call): Promise<unknown> {
  try {
    const result = await call(send, url);
    if (!(result instanceof Response)) return result;
    const { status, statusText, ok, redirected, type, headers, bodyUsed } = result;
    const names = [...headers].filter(([name]) => name !== 'date');
    const path = new URL(result.url).pathname;
    return { status, statusText, ok, redirected, type, names, bodyUsed, path, text: await result.text() };
  } catch (error) {
    const { name, message, cause } = error as Error;
    return { error: [name, message.replaceAll(url, ''), (cause as { code?: unknown } | undefined)?.code] };
  }
}

class LazyInit {
  get method() {
    return 'PUT';
  }
  get body() {
    return 'lazy';
  }
}

const posting = (url: string) =>
  new Request(`${url}/old`, {
    method: 'POST',
    body: 'moved',
    headers: { 'x-a': 'b' },
    duplex: 'half',
  } as RequestInit);
const as = <T>(value: unknown) => value as T;
function form(): FormData {
  const data = new FormData();
  data.append('file', new File(['content'], 'name.txt'));
  return data;
}
const stream = () => new Blob(['str', 'eam']).stream();

/** In Bun the message tells how many arguments there were. */
const nothingAtAll: [string, Call][] =
  'Bun' in globalThis ? [] : [['nothing at all', (send) => (send as () => Promise<unknown>)()]];

describe('as by fetch', () => {
  test.each<[string, Call]>([
    ['a string', (send, url) => send(`${url}/a?b=c#d`)],
    ['a URL', (send, url) => send(new URL(`${url}/a`))],
    ['a Request', (send, url) => send(posting(url))],
    ['an object that reads as a URL', (send, url) => send(as<string>({ toString: () => `${url}/a` }))],
    ['a String object', (send, url) => send(as<string>(Object(`${url}/a`)))],
    ['an init of null', (send, url) => send(url, as<RequestInit>(null))],
    ['a Request in place of an init', (send, url) => send(`${url}/new`, as<RequestInit>(posting(url)))],
    ['an init with accessors', (send, url) => send(url, as<RequestInit>(new LazyInit()))],
    [
      'an init with a prototype',
      (send, url) => send(url, Object.create({ method: 'DELETE' }) as RequestInit),
    ],
    [
      'a Request and an init',
      (send, url) => send(posting(url), { method: 'PATCH', headers: { 'x-c': 'd' } }),
    ],
    [
      'a stream',
      (send, url) => send(url, as<RequestInit>({ method: 'POST', body: stream(), duplex: 'half' })),
    ],
    ['a form', (send, url) => send(url, { method: 'POST', body: form() })],
    ['HEAD', (send, url) => send(url, { method: 'HEAD' })],
    ['a method in small letters', (send, url) => send(url, { method: 'post', body: 'x' })],
    ['a redirect', (send, url) => send(`${url}/away`)],
    ['a redirect to be followed by hand', (send, url) => send(`${url}/away`, { redirect: 'manual' })],
    ['a redirect that is an error', (send, url) => send(`${url}/away`, { redirect: 'error' })],
    ['no content', (send, url) => send(`${url}/empty`)],
    ['several cookies', (send, url) => send(`${url}/cookies`)],
    ['what is no URL', (send) => send('http://')],
    ...nothingAtAll,
    ['a symbol', (send) => send(as<string>(Symbol('url')))],
    ['a scheme it does not know', (send) => send('nonsense:x')],
    ['GET with a body', (send, url) => send(url, { body: 'x' })],
    ['a header name that cannot be', (send, url) => send(url, { headers: { 'a b': 'c' } })],
    ['a method that cannot be', (send, url) => send(url, { method: 'CONNECT' })],
    ['a stream without duplex', (send, url) => send(url, { method: 'POST', body: stream() })],
    ['a server that is not there', (send) => send('http://127.0.0.1:9/')],
    ['an abort before', (send, url) => send(url, { signal: AbortSignal.abort() })],
    [
      'an abort with a reason',
      (send, url) => send(url, { signal: AbortSignal.abort(new RangeError('mine')) }),
    ],
    ['an abort while the body is read', readHalf],
    ['a clone of the response', async (send, url) => (await send(url)).clone().text()],
  ])('%s', async (_name, call) => {
    await using server = await recordingServer(answer);
    const ours = createAuthFetch(staticTokenSource('abc'), { origins: [server.url, 'http://127.0.0.1:9'] });
    const expected = await outcome(fetch, server.url, call);
    const seen = server.seen.splice(0).map(withoutHeader);
    expect(await outcome(ours, server.url, call)).toEqual(expected);
    expect(server.seen.map(withoutHeader)).toEqual(seen);
    expect(new Set(server.authorizations)).toEqual(new Set(seen.length === 0 ? [] : ['Bearer abc']));
  });

  test('nothing is thrown, everything rejects', async () => {
    const ours = createAuthFetch(staticTokenSource('abc'), { origins: ['https://a.example'] });
    const calls = ['https://b.example', Symbol('x'), undefined].map((input) => ours(input as string));
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
  });

  test('the response is the very one that fetch gave', async () => {
    const given = new Response('x');
    const ours = createAuthFetch(staticTokenSource('abc'), {
      origins: ['https://a.example'],
      fetch: async () => given,
    });
    expect(await ours('https://a.example/')).toBe(given);
    expect(given.bodyUsed).toBe(false);
  });
});

async function readHalf(send: typeof fetch, url: string): Promise<unknown> {
  const controller = new AbortController();
  const response = await send(`${url}/`, { signal: controller.signal });
  controller.abort(new RangeError('enough'));
  return response.text();
}

test('a Request in place of an init is not replayed, and its 401 comes back', async () => {
  await using server = await recordingServer(only('t2'));
  const ours = createAuthFetch(countingSource(), { origins: [server.url] });
  const response = await ours(`${server.url}/new`, posting(server.url) as AuthFetchInit);
  expect([response.status, server.seen.length, server.seen[0]?.body]).toEqual([401, 1, 'moved']);
});

test('auth is found in an init of any shape, and never handed on', async () => {
  await using server = await recordingServer();
  const inits: (RequestInit | undefined)[] = [];
  const ours = createAuthFetch(staticTokenSource('abc'), {
    origins: [server.url],
    fetch: (input, init) => {
      inits.push(init);
      return fetch(input, init);
    },
  });
  await ours(server.url, Object.create({ auth: false }) as AuthFetchInit);
  await ours(server.url, Object.assign(Object.create({ method: 'PUT' }), { auth: { scopes: ['a'] } }));
  expect(server.authorizations).toEqual([undefined, 'Bearer abc']);
  for (const init of inits) expect(init && 'auth' in init).toBe(false);
});
