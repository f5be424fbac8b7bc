import { createAuthFetch, type TokenSource } from '@everbearer/core';
import { rejectedByBody } from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { type Answer, tokenServer } from '../support/token-server.ts';

const expired = (body: unknown) =>
  (body as { error?: string }).error === 'token_expired' ||
  (typeof body === 'string' && body.includes('Sign in'));

/** Hands out `at-1` until it is rejected, and then `at-2`. */
function source(): TokenSource & { asks: number } {
  return {
    asks: 0,
    async getToken(ask) {
      this.asks++;
      return { token: ask?.rejected === 'at-1' ? 'at-2' : 'at-1' };
    },
  };
}

async function fetched(answer: Answer, ...types: string[]) {
  const server = await tokenServer(answer, { body: { ok: true } });
  const tokens = source();
  const given = types.length > 0 ? rejectedByBody(expired, types) : rejectedByBody(expired);
  const response = await createAuthFetch(tokens, { origins: [server.url], ...given })(`${server.url}/x`);
  return { server, response, body: await response.text() };
}

describe('a success that rejects the token is sent once more with a new one', () => {
  test.each<[string, Answer, string[]]>([
    ['Slack', { body: { ok: false, error: 'token_expired' } }, []],
    ['a 401 as ever', { status: 401, body: {} }, []],
    [
      'a sign-in page',
      { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<title>Sign in</title>' },
      ['text/html'],
    ],
  ])('%s', async (_name, answer, types) => {
    const { server, body } = await fetched(answer, ...types);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer at-1',
      'Bearer at-2',
    ]);
    expect(JSON.parse(body)).toEqual({ ok: true });
  });
});

describe('any other success goes to the caller whole', () => {
  test.each<[string, Answer]>([
    ['another error', { body: { ok: false, error: 'channel_not_found' } }],
    ['another media type', { headers: { 'content-type': 'text/html' }, body: 'Sign in' }],
    ['more than 64 KiB', { body: { error: 'token_expired', more: 'x'.repeat(70_000) } }],
  ])('%s', async (_name, answer) => {
    const { server, body } = await fetched(answer);
    expect(server.requests).toHaveLength(1);
    expect(body).toBe(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });

  test('a stream of events is handed over before its first event', async () => {
    const { successes, isRejected } = rejectedByBody(expired);
    const endless = new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
    const fetch = createAuthFetch(source(), {
      origins: ['https://api.example'],
      successes,
      isRejected,
      fetch: async () => endless,
    });
    expect(await fetch('https://api.example/events')).toBe(endless);
    expect(endless.bodyUsed).toBe(false);
  });

  test('JSON that does not end is handed over after a second', async () => {
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('[1')) });
    const slow = new Response(body, { headers: { 'content-type': 'application/json' } });
    const since = performance.now();
    expect(await rejectedByBody(expired).isRejected(slow)).toBe(false);
    expect(performance.now() - since).toBeLessThan(3_000);
  });

  test('what was handed over late is ended by the caller alone', async () => {
    let isEnded = false;
    const body = new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode('[1')),
      cancel: () => {
        isEnded = true;
      },
    });
    const slow = new Response(body, { headers: { 'content-type': 'application/json' } });
    await rejectedByBody(expired).isRejected(slow);
    await Promise.race([slow.body?.cancel(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
    expect(isEnded).toBe(true);
  });
});
