import { createAuthFetch, type TokenSource } from '@everbearer/core';
import type { DpopProver } from '@everbearer/core/contract';
import { type Answer, recordingServer } from '@everbearer/far-end/support/recording-server';
import { expect, test } from 'vitest';

/* A token bound to a key goes out with a proof made for that very request. */

/** Proofs that tell what they were made for. */
function labelled(wantsAnother: DpopProver['wantsAnother'] = () => false) {
  let count = 0;
  const dpop: DpopProver = {
    proof: async ({ method, url }) => `${++count} ${method} ${new URL(url).pathname}`,
    wantsAnother,
  };
  const source: TokenSource = { getToken: async () => ({ token: 't1', tokenType: 'DPoP', dpop }) };
  return source;
}

const moved: Answer = ({ path }, response) => {
  const [, status, target] = /^\/(30\d)\/(.*)$/.exec(path) ?? [];
  if (status) response.writeHead(Number(status), { location: decodeURIComponent(target ?? '') }).end();
};
const via = (status: number, target: string) => `/${status}/${encodeURIComponent(target)}`;

test('the header is of its own scheme, in place of what the caller said of it', async () => {
  await using server = await recordingServer();
  const authFetch = createAuthFetch(labelled(), { origins: [server.url] });
  await authFetch(`${server.url}/a`, {
    headers: { dpop: 'other', 'x-a': 'b' },
  });
  expect(server.seen[0]?.headers).toMatchObject({ authorization: 'DPoP t1', dpop: '1 GET /a', 'x-a': 'b' });
});

test.each([303, 307])('a redirect %i gets a proof for where it leads', async (status) => {
  await using server = await recordingServer(moved);
  const authFetch = createAuthFetch(labelled(), { origins: [server.url] });
  await authFetch(`${server.url}${via(status, '/there')}`, { method: 'POST', body: 'text' });
  const [, second] = server.seen;
  const method = status === 303 ? 'GET' : 'POST';
  expect(second?.headers).toMatchObject({ authorization: 'DPoP t1', dpop: `2 ${method} /there` });
});

test('no proof goes along to a path of the same origin that the origins leave out', async () => {
  await using server = await recordingServer(moved);
  const origins = ({ pathname }: URL) => pathname !== '/public';
  const authFetch = createAuthFetch(labelled(), { origins });
  await authFetch(`${server.url}${via(307, '/public')}`, { headers: { 'x-a': 'b' } });
  expect(server.seen[0]?.headers).toMatchObject({ authorization: 'DPoP t1', dpop: expect.any(String) });
  expect(server.seen[1]?.headers).not.toHaveProperty('authorization');
  expect(server.seen[1]?.headers).not.toHaveProperty('dpop');
});

test('beyond the origins no proof goes along', async () => {
  await using server = await recordingServer(moved);
  await using foreign = await recordingServer();
  const authFetch = createAuthFetch(labelled(), { origins: [server.url] });
  await authFetch(`${server.url}${via(307, `${foreign.url}/there`)}`);
  expect(foreign.seen[0]?.headers).not.toHaveProperty('authorization');
  expect(foreign.seen[0]?.headers).not.toHaveProperty('dpop');
});

test('a server that always wants another nonce gets two requests, and its answer is the answer', async () => {
  await using server = await recordingServer((_seen, response) => {
    response.writeHead(400).end('again');
  });
  const authFetch = createAuthFetch(
    labelled(() => true),
    { origins: [server.url] },
  );
  const response = await authFetch(`${server.url}/a`, { method: 'POST', body: 'text' });
  expect([response.status, await response.text()]).toEqual([400, 'again']);
  expect(server.seen.map(({ body, headers }) => [body, headers['dpop']])).toEqual([
    ['text', '1 POST /a'],
    ['text', '2 POST /a'],
  ]);
});

test('a Request with a body is sent whole the second time', async () => {
  await using server = await recordingServer();
  let asked = 0;
  const authFetch = createAuthFetch(
    labelled(() => ++asked === 1),
    { origins: [server.url] },
  );
  await authFetch(new Request(`${server.url}/a`, { method: 'PUT', body: 'whole' }));
  expect(server.seen.map(({ method, body }) => [method, body])).toEqual([
    ['PUT', 'whole'],
    ['PUT', 'whole'],
  ]);
});

test('a proof that cannot be made sends nothing', async () => {
  await using server = await recordingServer();
  const broken = { proof: async () => Promise.reject(new Error('no key')), wantsAnother: () => false };
  const source: TokenSource = { getToken: async () => ({ token: 't1', dpop: broken }) };
  const authFetch = createAuthFetch(source, { origins: [server.url] });
  const error = await authFetch(`${server.url}/a`).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message: 'no key' });
  expect(server.seen).toEqual([]);
});

test('a DPoP token without anything to prove by is refused before it leaves', async () => {
  await using server = await recordingServer();
  const source: TokenSource = { getToken: async () => ({ token: 't1', tokenType: 'DPoP' }) };
  const authFetch = createAuthFetch(source, { origins: [server.url] });
  const error = await authFetch(`${server.url}/a`).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'source' });
  expect(server.seen).toEqual([]);
});

test('a refused proof says nothing of the token: none is renewed for it', async () => {
  await using server = await recordingServer((_seen, response) => {
    response.writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"' }).end();
  });
  const asked: unknown[] = [];
  const { getToken } = labelled(() => true);
  const source: TokenSource = {
    getToken: (ask) => {
      asked.push(ask);
      return getToken(ask);
    },
  };
  const authFetch = createAuthFetch(source, { origins: [server.url] });
  expect((await authFetch(`${server.url}/a`)).status).toBe(401);
  expect(server.seen).toHaveLength(2);
  expect(asked).toHaveLength(1);
});
