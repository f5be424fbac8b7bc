import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveServer, liveServer } from '../../src/web/live-server.ts';

/* Who is told what: the page to whoever asks here, its news to whoever has the key, and nothing to pages of elsewhere. */

let server: LiveServer;
let body = '<p>first</p>';
beforeAll(async () => {
  server = await liveServer({ title: 'T', intro: 'I', body: () => body });
});
afterAll(() => server[Symbol.asyncDispose]());

const port = () => Number(new URL(server.url).port);
const key = () => new URL(server.url).hash.slice(1);

interface Answered {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  text: string;
}

/** As bytes on the wire: `fetch` would set headers of its own. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: port(), path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on('error', reject).end();
  });
}

test('the address is one of loopback, and its key is long and in the fragment', () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}$/);
});

test('the page tells nothing, runs its own script alone, and cannot be framed', async () => {
  const { status, text, headers } = await ask('/');
  expect(status).toBe(200);
  expect(text).not.toContain(key());
  expect(text).not.toContain('first');
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'sha256-.*frame-ancestors 'none'$/,
  );
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

describe('news', () => {
  test('are for the key, once for each change', async () => {
    const first = await ask('/live', { 'everbearer-key': key() });
    expect(first).toMatchObject({ status: 200, text: '<p>first</p>' });
    const seen = String(first.headers['everbearer-seen']);
    const same = await ask('/live', { 'everbearer-key': key(), 'everbearer-seen': seen });
    expect(same).toMatchObject({ status: 204, text: '' });
    body = '<p>second</p>';
    const next = await ask('/live', { 'everbearer-key': key(), 'everbearer-seen': seen });
    expect(next).toMatchObject({ status: 200, text: '<p>second</p>' });
  });

  test.each([
    ['no key', {}],
    ['an empty one', { 'everbearer-key': '' }],
    ['a part of it', { 'everbearer-key': 'PART' }],
    ['more than it', { 'everbearer-key': 'MORE' }],
    ['two of them', { 'everbearer-key': 'TWICE' }],
  ] as [string, Record<string, string>][])('%s: 403, and nothing is told', async (_, headers) => {
    const made = { PART: key().slice(0, -1), MORE: `${key()}A`, TWICE: `${key()}, ${key()}` };
    const given = Object.entries(headers).map(([name, value]) => [name, made[value as 'PART'] ?? value]);
    expect(await ask('/live', Object.fromEntries(given))).toMatchObject({ status: 403, text: '' });
  });

  test('the key in the address is none: it would stand in logs', async () => {
    expect((await ask(`/live?key=${key()}`)).status).toBe(404);
  });
});

describe('a page of elsewhere gets nothing, even with the key', () => {
  test.each([
    ['a name that points to loopback', { host: 'evil.example' }],
    ['the same with the port', { host: 'evil.example:80' }],
    ['a name that begins alike', { host: '127.0.0.1.evil.example' }],
    ['an origin of elsewhere', { origin: 'https://evil.example' }],
    ['an origin that is none', { origin: 'null' }],
    ['an origin of another port', { origin: 'http://127.0.0.1:1' }],
  ] as [string, Record<string, string>][])('%s', async (_, headers) => {
    for (const path of ['/', '/live']) {
      const answer = await ask(path, { 'everbearer-key': key(), ...headers });
      expect(answer.status).toBe(421);
      expect(answer.text).not.toMatch(/first|second/);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test.each(['cross-site', 'same-site', 'none'])('news that are asked for %s', async (site) => {
    const headers = { 'everbearer-key': key(), 'sec-fetch-site': site };
    expect(await ask('/live', headers)).toMatchObject({ status: 403, text: '' });
    // A link in a terminal that is itself a page leads to the page all the same, which tells nothing.
    expect((await ask('/', headers)).status).toBe(200);
  });

  test('no preflight is allowed', async () => {
    const asked = { origin: 'https://evil.example', 'access-control-request-headers': 'everbearer-key' };
    const { headers } = await ask('/live', asked, 'OPTIONS');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

test('through a forwarded port it is another host, and its own origin', async () => {
  const host = 'localhost:9999';
  const headers = {
    host,
    origin: `http://${host}`,
    'sec-fetch-site': 'same-origin',
    'everbearer-key': key(),
  };
  expect((await ask('/live', headers)).status).toBe(200);
});

test.each(['POST', 'PUT', 'DELETE', 'HEAD'])('%s is not for it', async (method) => {
  expect((await ask('/live', { 'everbearer-key': key() }, method)).status).toBe(405);
});
