import { createAuthFetch } from '@everbearer/core';
import { countingSource } from '@everbearer/far-end/support/counting-source';
import { only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { Headers as UndiciHeaders, Request as UndiciRequest, fetch as undiciFetch } from 'undici';
import { expect, test } from 'vitest';

/* npm's undici is another copy of fetch: what it makes is no Request and no Headers of the runtime. */

const through = {
  'the fetch of the runtime': globalThis.fetch,
  'its own fetch': undiciFetch as unknown as typeof fetch,
};

test.each(Object.entries(through))(
  'Requests and Headers of npm’s undici go through %s, and again after a 401',
  async (_name, fetch) => {
    await using server = await recordingServer(only('t2'));
    const authFetch = createAuthFetch(countingSource(), { origins: [server.url], fetch });
    const init = { method: 'PUT', body: 'text', headers: new UndiciHeaders({ 'X-A': 'b' }) };
    const request = new UndiciRequest(`${server.url}/request`, init);
    expect((await authFetch(request as unknown as Request)).status).toBe(200);
    expect((await authFetch(`${server.url}/init`, init as unknown as RequestInit)).status).toBe(200);
    expect(
      server.seen.map(({ path, method, body, authorization, headers }) => [
        path,
        method,
        body,
        authorization,
        headers['x-a'],
      ]),
    ).toEqual([
      ['/request', 'PUT', 'text', 'Bearer t1', 'b'],
      ['/request', 'PUT', 'text', 'Bearer t2', 'b'],
      ['/init', 'PUT', 'text', 'Bearer t2', 'b'],
    ]);
  },
);

test('its credential is the caller’s, and a foreign URL of it is refused', async () => {
  await using server = await recordingServer(only('t2'));
  const source = countingSource();
  const authFetch = createAuthFetch(source, { origins: [server.url] });
  const own = new UndiciRequest(server.url, { headers: { authorization: 'Basic mine' } });
  expect((await authFetch(own as unknown as Request)).status).toBe(401);
  const foreign = new UndiciRequest('https://foreign.example/');
  await expect(authFetch(foreign as unknown as Request)).rejects.toMatchObject({
    code: 'origin_not_allowed',
  });
  expect([server.authorizations, source.asks]).toEqual([['Basic mine'], []]);
});

test('an abort of its signal ends the call', async () => {
  await using server = await recordingServer();
  const source = { getToken: () => new Promise<never>(() => undefined) };
  const reason = new Error('enough');
  const request = new UndiciRequest(server.url, { signal: AbortSignal.abort(reason) });
  const call = createAuthFetch(source, { origins: [server.url] })(request as unknown as Request);
  await expect(call).rejects.toBe(reason);
});
