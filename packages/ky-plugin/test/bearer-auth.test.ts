import { HeaderNotInjectedError, staticTokenSource } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { HTTPError, replaceOption } from 'ky';
import { expect, test } from 'vitest';
import { countingSource, type RecordingServer, recordingServer } from './support/recording-server.ts';

/** Refuses everything but the named token. */
const only =
  (token: string): Parameters<typeof recordingServer>[0] =>
  (seen, response) => {
    if (seen.authorization !== `Bearer ${token}`) response.statusCode = 401;
  };

const headers = (server: RecordingServer) => server.seen.map(({ authorization }) => authorization);

test('every request bears the token', async () => {
  await using server = await recordingServer();
  const api = ky.extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url], audit: true }));
  await api.get(`${server.url}/a`).json();
  await api.post(`${server.url}/b`, { json: { x: 1 } });
  await api.create({ baseUrl: server.url }).get('none', { throwHttpErrors: false });
  expect(headers(server)).toEqual(['Bearer abc', 'Bearer abc', undefined]);
});

test.each([0, 2])('a 401 renews and replays once, at retry limit %i, body complete', async (retry) => {
  const source = countingSource();
  await using server = await recordingServer(only('t2'));
  const api = ky.extend(bearerAuth(source, { origins: [server.url], audit: true })).extend({ retry });
  const form = new FormData();
  form.set('field', 'value');
  const bodies = [
    { json: { a: 'ü' } },
    { body: 'text' },
    { body: new URLSearchParams({ q: '1' }) },
    { body: form },
    { body: new Uint8Array([1, 2, 3]) },
    { body: new Blob(['blob']) },
  ];
  for (const body of bodies) {
    server.seen.length = 0;
    const round = ky.extend(bearerAuth(countingSource(), { origins: [server.url] })).extend({ retry });
    expect(await round.post(`${server.url}/x`, body).json()).toEqual({ ok: true });
    expect(headers(server)).toEqual(['Bearer t1', 'Bearer t2']);
    const [first, second] = server.seen;
    if (body.body !== form) expect(second?.bodyHash).toBe(first?.bodyHash);
    expect(second?.body.length).toBe(first?.body.length);
    expect(first?.body.length).toBeGreaterThan(0);
  }
  expect((await api.get(`${server.url}/y`)).status).toBe(200);
});

test('a stream at retry limit 0 is not buffered: the 401 surfaces and the next call has a good token', async () => {
  const source = countingSource();
  await using server = await recordingServer(only('t2'));
  const api = ky.extend(bearerAuth(source, { origins: [server.url] })).extend({ retry: 0 });
  const body = new Blob(['streamed']).stream();
  const refused = await api.post(server.url, { body, throwHttpErrors: false });
  expect(refused.status).toBe(401);
  await expect.poll(() => source.renewals).toBe(1);
  expect((await api.get(server.url)).status).toBe(200);
  expect(headers(server)).toEqual(['Bearer t1', 'Bearer t2']);
});

test('a refusal that a renewal cannot change is an ordinary HTTPError with its data', async () => {
  await using server = await recordingServer(only('never'));
  const api = ky.extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url] }));
  const error = await api.get(server.url).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HTTPError);
  expect((error as HTTPError).data).toEqual({ refused: true });
  expect(server.seen).toHaveLength(1);
});

test("ky's own retries carry the token of the day, also when a user's hook replaces the request", async () => {
  const source = countingSource();
  await using server = await recordingServer((_, response, count) => {
    if (count === 1) response.statusCode = 503;
  });
  const api = ky.extend(bearerAuth(source, { origins: [server.url] })).extend({
    retry: { limit: 1, delay: () => 1 },
    hooks: {
      beforeRetry: [
        async ({ request }) => {
          await source.getToken({ rejected: 't1' });
          return new Request(request, { headers: {} });
        },
      ],
    },
  });
  await api.get(server.url);
  expect(headers(server)).toEqual(['Bearer t1', 'Bearer t2']);
});

test('later hooks, a fetch of the call, and cleared hooks cannot lose the header', async () => {
  await using server = await recordingServer();
  const api = ky.extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url] }));
  const dropping = {
    hooks: {
      beforeRequest: [({ request }: { request: Request }) => request.headers.delete('authorization')],
    },
  };
  const own: typeof fetch = (input, init) => fetch(input, init);
  await api.get(server.url, dropping);
  await api.get(server.url, { fetch: own });
  await api.extend({ fetch: own }).get(server.url, dropping);
  await api.get(server.url, { hooks: replaceOption({}) });
  const assigning = (options: { fetch?: unknown }) => {
    options.fetch = own;
  };
  await api.extend({ hooks: { init: [assigning] } }).get(server.url, dropping);
  await api.get(server.url, {
    hooks: { beforeRequest: [({ request }) => new Request(request.url)] },
  });
  await api.get(server.url, { headers: { authorization: 'Bearer undefined' } });
  expect(headers(server)).toEqual(Array.from({ length: 7 }, () => 'Bearer abc'));
});

test('the audit finds a call that nothing of the guard saw', async () => {
  await using server = await recordingServer();
  const api = ky.extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url], audit: true }));
  const bare = api.get(server.url, {
    hooks: { init: undefined },
    fetch: (input, init) => fetch(input, init),
  } as object);
  await expect(bare).rejects.toBeInstanceOf(HeaderNotInjectedError);
});

test('a foreign origin is refused before anything is sent, wherever the URL came from', async () => {
  await using server = await recordingServer();
  await using other = await recordingServer();
  const api = ky.extend(bearerAuth(staticTokenSource('abc'), { origins: [server.url] }));
  const moved = {
    hooks: { beforeRequest: [({ request }: { request: Request }) => new Request(other.url, request)] },
  };
  await expect(api.get(other.url)).rejects.toMatchObject({ code: 'origin_not_allowed' });
  await expect(api.get(server.url, moved)).rejects.toMatchObject({ code: 'origin_not_allowed' });
  expect(other.seen).toEqual([]);
  const passing = ky.extend(
    bearerAuth(staticTokenSource('abc'), { origins: [server.url], onForeignOrigin: 'pass' }),
  );
  await passing.get(server.url, moved);
  await passing.get(other.url);
  expect(headers(other)).toEqual([undefined, undefined]);
});

test('per call: no token, another account, a wrong value', async () => {
  await using server = await recordingServer();
  const byAccount = bearerAuth(({ account = 'main' }) => staticTokenSource(`token-of-${account}`), {
    origins: [server.url],
  });
  const api = ky.extend(byAccount);
  await api.get(server.url, { context: { auth: false } });
  await api.get(server.url, { context: { auth: { account: 'b' } } });
  await api.get(server.url);
  expect(headers(server)).toEqual([undefined, 'Bearer token-of-b', 'Bearer token-of-main']);
  await expect(api.get(server.url, { context: { auth: 'b' } })).rejects.toMatchObject({
    code: 'configuration',
    option: 'auth',
  });
  await expect(api.get(server.url, { context: { auth: { account: 7 } } })).rejects.toMatchObject({
    option: 'auth',
  });
  expect(server.seen).toHaveLength(3);
});

test("the caller's own credential is left alone and its 401 is the caller's", async () => {
  await using server = await recordingServer(only('t2'));
  const source = countingSource();
  const api = ky.extend(bearerAuth(source, { origins: [server.url] }));
  const response = await api.get(server.url, {
    headers: { authorization: 'Basic eHg=' },
    throwHttpErrors: false,
  });
  expect(response.status).toBe(401);
  expect(headers(server)).toEqual(['Basic eHg=']);
  expect(source.asks).toEqual([]);
});

test('a copied header of ours is renewed like our own', async () => {
  await using server = await recordingServer(only('t2'));
  const source = countingSource();
  const api = ky.extend(bearerAuth(source, { origins: [server.url] }));
  await api.get(server.url);
  await api.get(server.url, { headers: { authorization: 'Bearer t1' } });
  expect(headers(server)).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2']);
});

test('no token: nothing is sent, and the typed error reaches the caller', async () => {
  await using server = await recordingServer();
  const source = {
    getToken: () => Promise.reject(Object.assign(new TypeError('fetch failed'), { code: 'x' })),
  };
  await expect(ky.extend(bearerAuth(source, { origins: [server.url] })).get(server.url)).rejects.toThrow(
    'fetch failed',
  );
  const empty = { getToken: async () => ({ token: '' }) as never };
  await expect(ky.extend(bearerAuth(empty, { origins: [server.url] })).get(server.url)).rejects.toMatchObject(
    {
      code: 'configuration',
    },
  );
  expect(server.seen).toEqual([]);
});
