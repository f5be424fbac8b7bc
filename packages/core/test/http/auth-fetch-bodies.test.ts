import { type AuthFetchInit, createAuthFetch } from '@everbearer/core';
import { countingSource, gate } from '@everbearer/far-end/support/counting-source';
import { only, recordingServer, type Seen } from '@everbearer/far-end/support/recording-server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const BYTES = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);

function stream(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
}

function form(): FormData {
  const data = new FormData();
  data.append('text', 'one');
  data.append('text', 'two');
  data.append('file', new File(['content'], 'name.txt', { type: 'text/plain' }));
  data.append('blob', new Blob(['blob'], { type: 'image/png' }));
  return data;
}

/** The parts of a form as they went over the wire, without the boundary that is new each time. */
function partsOf({ headers, body }: Seen): string[] {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  return body.split(`--${boundary}`).map((part) => part.trim());
}

/** A server that refuses the first token, and a fetch whose token waits at a gate. */
async function setUp() {
  const server = await recordingServer(only('t2'));
  const source = countingSource();
  const { promise, open } = gate();
  source.gate = promise;
  const authFetch = createAuthFetch(source, { origins: [server.url] });
  return { server, source, open, authFetch, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const post = (body: unknown, more: object = {}) => ({ method: 'POST', body, ...more }) as AuthFetchInit;

describe('a body is sent completely, twice, and as it was when the call was made', () => {
  const bytes = () => BYTES.slice();
  const params = () => new URLSearchParams('a=1&a=2&b=%20');
  const overwrite = (view: Uint8Array) => view.fill(0);

  test.each<[string, () => unknown, (body: never) => unknown, Buffer | string]>([
    ['a text', () => 'tëxt', () => undefined, 'tëxt'],
    ['an empty text', () => '', () => undefined, ''],
    ['an ArrayBuffer', () => bytes().buffer, (body) => overwrite(new Uint8Array(body)), Buffer.from(BYTES)],
    ['a Uint8Array', bytes, overwrite, Buffer.from(BYTES)],
    ['a part of a buffer', () => bytes().subarray(5, 50), overwrite, Buffer.from(BYTES.slice(5, 50))],
    [
      'a Uint16Array',
      () => new Uint16Array([1, 2, 515]),
      (b: Uint16Array) => b.fill(0),
      Buffer.from([1, 0, 2, 0, 3, 2]),
    ],
    [
      'a DataView',
      () => new DataView(bytes().buffer, 3, 4),
      (v: DataView) => v.setUint32(0, 0),
      Buffer.from([3, 4, 5, 6]),
    ],
    ['a Buffer', () => Buffer.from('buffer'), (body: Buffer) => body.fill(0), 'buffer'],
    ['a Blob', () => new Blob(['bl', 'ob']), () => undefined, 'blob'],
    ['URLSearchParams', params, (body: URLSearchParams) => body.set('a', 'changed'), 'a=1&a=2&b=+'],
  ])('%s', async (_name, make, change, expected) => {
    await using world = await setUp();
    const body = make();
    const pending = world.authFetch(world.server.url, post(body));
    change(body as never);
    world.open();
    expect((await pending).status).toBe(200);
    expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
    for (const seen of world.server.seen) expect(seen.bytes.equals(Buffer.from(expected))).toBe(true);
  });

  test('FormData, with names and types, as fetch itself sends it', async () => {
    await using world = await setUp();
    const body = form();
    const pending = world.authFetch(world.server.url, post(body));
    body.set('text', 'changed');
    body.delete('file');
    world.open();
    await pending;
    await fetch(world.server.url, post(form()));
    const [first, second, plain] = world.server.seen.map(partsOf);
    expect(first).toEqual(plain);
    expect(second).toEqual(plain);
    expect(plain?.slice(1, 3).map((part) => part.split('\r\n\r\n').at(-1))).toEqual(['one', 'two']);
    expect(plain?.[3]).toMatch(/filename="name.txt".*text\/plain.*content$/s);
  });

  test.each<[string, string, AuthFetchInit]>([
    ['its own type', 'application/x-www-form-urlencoded;charset=UTF-8', post(new URLSearchParams('a=b'))],
    ['the type of its Blob', 'text/csv', post(new Blob(['a'], { type: 'text/csv' }))],
    ['the type the caller gave', 'x/y', post('a', { headers: { 'Content-Type': 'x/y' } })],
  ])('%s goes with it, both times', async (_name, type, init) => {
    await using world = await setUp();
    world.open();
    await world.authFetch(world.server.url, init);
    expect(world.server.seen.map(({ headers }) => headers['content-type'])).toEqual([type, type]);
  });

  test.each<[string, () => BodyInit, string]>([
    ['a text', () => 'request', 'request'],
    ['bytes', () => new Uint8Array([114, 101]), 're'],
    ['a stream', () => stream('str', 'eam'), 'stream'],
  ])('a Request with %s', async (_name, make, expected) => {
    await using world = await setUp();
    world.open();
    const request = new Request(world.server.url, post(make(), { duplex: 'half', headers: { 'x-a': 'b' } }));
    expect((await world.authFetch(request)).status).toBe(200);
    expect(world.server.seen.map(({ body, method }) => [method, body])).toEqual(
      Array(2).fill(['POST', expected]),
    );
    expect(world.server.seen.map(({ headers }) => headers['x-a'])).toEqual(['b', 'b']);
  });

  test('the body of the init comes before that of the Request', async () => {
    await using world = await setUp();
    world.open();
    const request = new Request(world.server.url, post('request'));
    await world.authFetch(request, { body: 'init' });
    expect(world.server.seen.map(({ body }) => body)).toEqual(['init', 'init']);
  });

  // fetch itself reads all of its arguments before it returns; one that waits for a token must do so too.
  test.each<[string, HeadersInit, (url: URL, init: AuthFetchInit) => unknown]>([
    ['URL', { 'x-a': 'b' }, (url) => Object.assign(url, { pathname: '/changed' })],
    ['init', { 'x-a': 'b' }, (_url, init) => Object.assign(init, { body: 'changed' })],
    ['method', { 'x-a': 'b' }, (_url, init) => Object.assign(init, { method: 'PUT' })],
    ['headers of the init', { 'x-a': 'b' }, (_url, init) => Object.assign(init, { headers: {} })],
    [
      'Headers',
      new Headers({ 'x-a': 'b' }),
      (_url, { headers }) => (headers as Headers).set('x-a', 'changed'),
    ],
    [
      'header object',
      { 'x-a': 'b' },
      (_url, { headers }) => Object.assign(headers ?? {}, { 'x-a': 'changed' }),
    ],
    ['header entries', [['x-a', 'b']], (_url, { headers }) => (headers as string[][]).pop()],
  ])('what becomes of the %s after the call does not matter', async (_name, headers, change) => {
    await using world = await setUp();
    const url = new URL(`${world.server.url}/x`);
    const init = post('body', { headers });
    const pending = world.authFetch(url, init);
    change(url, init);
    world.open();
    await pending;
    const sent = world.server.seen.map((seen) => [seen.method, seen.path, seen.body, seen.headers['x-a']]);
    expect(sent).toEqual(Array(2).fill(['POST', '/x', 'body', 'b']));
  });

  test('a URL that is changed to a foreign one while the token is waited for takes no token there', async () => {
    await using world = await setUp();
    await using foreign = await recordingServer();
    const url = new URL(world.server.url);
    const pending = world.authFetch(url);
    url.href = foreign.url;
    world.open();
    await pending.catch(() => undefined);
    expect(foreign.authorizations).toEqual([]);
  });
});

describe('a body that can be read once', () => {
  test('is not replayed: the 401 comes back, and the renewal goes on for the next call', async () => {
    await using world = await setUp();
    world.open();
    const response = await world.authFetch(world.server.url, post(stream('a', 'b'), { duplex: 'half' }));
    expect([response.status, await response.text()]).toEqual([401, 'refused Bearer t1']);
    expect(world.server.seen.map(({ body }) => body)).toEqual(['ab']);
    expect((await world.authFetch(world.server.url)).status).toBe(200);
    expect(world.server.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('asks for a token that lasts a minute', async () => {
    await using world = await setUp();
    world.open();
    await world.authFetch(world.server.url, post(stream('a'), { duplex: 'half' }));
    await world.authFetch(world.server.url, post('text'));
    expect(world.source.asks.map((ask) => ask?.minLifeMs)).toEqual([60_000, 60_000, undefined]);
  });

  test('a renewal behind it that fails is nobody else’s trouble', async () => {
    await using world = await setUp();
    world.open();
    world.source.refusal = new Error('nobody hears this');
    const response = await world.authFetch(world.server.url, post(stream('a'), { duplex: 'half' }));
    expect(response.status).toBe(401);
  });

  test('a Request that was read already fails as with fetch', async () => {
    await using world = await setUp();
    world.open();
    const request = new Request(world.server.url, post('a'));
    await request.text();
    await expect(world.authFetch(request)).rejects.toBeInstanceOf(TypeError);
    expect(world.server.seen).toEqual([]);
  });
});

describe('the copy of a Request that is kept for the replay', () => {
  test.each<[string, (url: string) => string, string[]]>([
    ['is let go when it was not needed', (url) => url, ['t1', 't2']],
    ['is let go when the request was refused', () => 'https://foreign.example/', []],
  ])('%s', async (_name, to, good) => {
    await using server = await recordingServer(only(...good));
    const clone = vi.spyOn(Request.prototype, 'clone');
    const authFetch = createAuthFetch(countingSource(), { origins: [server.url] });
    await authFetch(new Request(to(server.url), post('body'))).catch(() => undefined);
    const [copy] = clone.mock.results.map(({ value }) => value as Request);
    clone.mockRestore();
    expect(copy?.bodyUsed).toBe(true);
    expect(server.seen).toHaveLength(good.length === 0 ? 0 : 1);
  });
});
