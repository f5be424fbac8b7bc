import { bearerAuth } from '@everbearer/ky-plugin';
import { createTokenDouble } from '@everbearer/testing/doubles';
import ky from 'ky';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/* The double of `@everbearer/testing` in place of a token manager, under fake timers. */

const ORIGIN = 'https://api.example.com';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function set() {
  const tokens = createTokenDouble();
  const seen: (string | null)[] = [];
  const fetch = tokens.api(async (request) => {
    seen.push(request.headers.get('authorization'));
    return Response.json({ said: await request.text() });
  });
  const client = ky.create({ fetch, retry: 0 }).extend(bearerAuth(tokens, { origins: [ORIGIN] }));
  return { tokens, seen, client };
}

test('refused once, a request is sent again with a new token and its body', async () => {
  const { tokens, seen, client } = set();
  tokens.revoke();
  expect(await client.post(ORIGIN, { body: 'hello' }).json()).toEqual({ said: 'hello' });
  expect([seen, tokens.rejections, tokens.renewals]).toEqual([['Bearer token-2'], 1, 1]);
});

test('a slow renewal counts for no time-out of the call', async () => {
  const { tokens, seen, client } = set();
  tokens.expire();
  tokens.slowDown(30_000);
  const call = client.get(ORIGIN, { timeout: 1_000 }).json();
  await vi.advanceTimersByTimeAsync(30_000);
  await call;
  expect(seen).toEqual(['Bearer token-2']);
});

test('no request leaves while a person must sign in, or while renewals fail', async () => {
  const { tokens, seen, client } = set();
  tokens.requireSignIn('interaction_required');
  const error = await client.get(ORIGIN).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ReauthorizationRequiredError', code: 'interaction_required' });
  await tokens.signIn({ refreshToken: 'another' });
  tokens.failRenewals('unavailable');
  const later = await client.get(ORIGIN).catch((thrown: unknown) => thrown);
  expect(later).toMatchObject({ name: 'TokenEndpointError', status: 503, retryable: true });
  expect(seen).toEqual([]);
  await client.get(ORIGIN);
  expect(seen).toEqual(['Bearer token-2']);
});
