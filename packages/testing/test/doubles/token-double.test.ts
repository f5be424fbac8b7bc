import { createAuthFetch, ReauthorizationRequiredError, type TokenManager } from '@everbearer/core';
import { createTokenDouble, type RenewalFault } from '@everbearer/testing/doubles';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

/* Under fake timers from the first line to the last: nothing here may wait for a real one. */

const ORIGIN = 'https://api.example.com';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A double, an API that notes the headers of what it takes, and a fetch that bears the double's tokens. */
function set(options: Parameters<typeof createTokenDouble>[0] = {}) {
  const tokens = createTokenDouble(options);
  const seen: (string | null)[] = [];
  const api = tokens.api(async (request) => {
    seen.push(request.headers.get('authorization'));
    return Response.json({ said: await request.text() });
  });
  const fetch = createAuthFetch(tokens, { origins: [ORIGIN], fetch: api });
  return { tokens, seen, fetch };
}

describe('in place of a token manager', () => {
  test('it is one', () => {
    const manager: TokenManager = createTokenDouble();
    expect(manager.state).toBe('valid');
  });

  test('a token lives as long as it says, and the next request brings a new one', async () => {
    const { tokens, seen, fetch } = set({ lifeMs: 60_000 });
    await fetch(`${ORIGIN}/a`);
    vi.advanceTimersByTime(59_999);
    await fetch(`${ORIGIN}/a`);
    vi.advanceTimersByTime(1);
    expect(tokens.state).toBe('expired');
    await fetch(`${ORIGIN}/a`);
    expect(seen).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    expect(tokens.renewals).toBe(1);
  });

  test('refused once, a request is sent again with a new token and its body', async () => {
    const { tokens, seen, fetch } = set();
    tokens.revoke();
    expect(tokens.state).toBe('valid');
    const init = { method: 'POST', body: 'hello' };
    const response = await fetch(`${ORIGIN}/a`, init);
    expect(await response.json()).toEqual({ said: 'hello' });
    expect([seen, tokens.rejections, tokens.renewals]).toEqual([['Bearer token-2'], 1, 1]);
  });

  test('no request leaves while a person must sign in', async () => {
    const { tokens, seen, fetch } = set({ account: 'ada' });
    tokens.requireSignIn();
    const error = await fetch(`${ORIGIN}/a`).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ReauthorizationRequiredError);
    expect(error).toMatchObject({ code: 'revoked', message: expect.stringContaining('"ada"') });
    expect([seen, tokens.rejections, tokens.renewals]).toEqual([[], 0, 0]);
    expect([tokens.state, tokens.peek()]).toEqual(['reauthorization_required', undefined]);
    await tokens.signIn({ accessToken: 'brought', refreshToken: 'r', expiresAt: Date.now() + 1000 });
    await fetch(`${ORIGIN}/a`);
    expect(seen).toEqual(['Bearer brought']);
  });

  test('a slow renewal is waited for, and shared', async () => {
    const { tokens, seen, fetch } = set();
    tokens.expire();
    tokens.slowDown(5_000);
    const calls = Promise.all([fetch(`${ORIGIN}/a`), fetch(`${ORIGIN}/b`), tokens.getToken()]);
    await vi.advanceTimersByTimeAsync(4_999);
    expect([seen, (await tokens.status()).renewing]).toEqual([[], true]);
    await vi.advanceTimersByTimeAsync(1);
    await calls;
    expect([seen, tokens.renewals]).toEqual([['Bearer token-2', 'Bearer token-2'], 1]);
  });

  test('a caller may leave a slow renewal, and the others get its token', async () => {
    const { tokens, fetch } = set({ renewalMs: 1_000 });
    tokens.expire();
    const leaving = new AbortController();
    const left = fetch(`${ORIGIN}/a`, { signal: leaving.signal }).catch((error: unknown) => error);
    const stayed = tokens.getToken();
    leaving.abort();
    expect(await left).toMatchObject({ name: 'AbortError' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await stayed).token).toBe('token-2');
  });
});

describe('renewals that fail', () => {
  test.each<[RenewalFault, object]>([
    ['network', { name: 'TokenEndpointError', code: 'network', retryable: true, sent: false }],
    ['timeout', { name: 'TokenEndpointError', code: 'timeout', retryable: true }],
    ['unavailable', { code: 'temporarily_unavailable', status: 503, retryable: true, retryAfterMs: 30_000 }],
    ['invalid_client', { code: 'invalid_client', status: 401, retryable: false }],
    ['invalid_scope', { code: 'invalid_scope', status: 400, retryable: false }],
    ['store_unavailable', { name: 'TokenBackendError', code: 'unavailable', retryable: true }],
    ['store_not_writable', { name: 'TokenBackendError', code: 'not_writable', retryable: false }],
  ])('%s is told as it is, and the next ask works', async (fault, expected) => {
    const { tokens, seen, fetch } = set();
    tokens.expire();
    tokens.failRenewals(fault);
    const error = await fetch(`${ORIGIN}/a`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(expected);
    const { state, lastFailure } = await tokens.status();
    expect([state, lastFailure?.code, seen]).toEqual(['expired', (error as { code: string }).code, []]);
    await fetch(`${ORIGIN}/a`);
    expect([seen, (await tokens.status()).lastFailure]).toEqual([['Bearer token-2'], undefined]);
  });

  test('as often as asked, until nothing is asked', async () => {
    const { tokens } = set();
    const outcomes: unknown[] = [];
    const ask = async () => {
      tokens.expire();
      outcomes.push(
        await tokens.getToken().then(
          ({ token }) => token,
          (error: { code: string }) => error.code,
        ),
      );
    };
    tokens.failRenewals('network', 2);
    await ask();
    await ask();
    await ask();
    tokens.failRenewals('timeout', Number.POSITIVE_INFINITY);
    await ask();
    await ask();
    tokens.failRenewals('timeout', 0);
    await ask();
    expect(outcomes).toEqual(['network', 'network', 'token-2', 'timeout', 'timeout', 'token-3']);
  });

  test('a token in hand stays good meanwhile', async () => {
    const { tokens, seen, fetch } = set();
    tokens.failRenewals('network', Number.POSITIVE_INFINITY);
    await fetch(`${ORIGIN}/a`);
    expect(seen).toEqual(['Bearer token-1']);
  });
});

describe('by the rules of asks', () => {
  test('each set of scopes has a token of its own, in whatever order they stand', async () => {
    const tokens = createTokenDouble({ scopes: ['a'] });
    const texts = [['b', 'c'], ['c', 'b'], ['a'], undefined].map(
      async (scopes) => (await tokens.getToken({ scopes })).token,
    );
    expect(await Promise.all(texts)).toEqual(['token-2', 'token-2', 'token-1', 'token-1']);
  });

  test('a token must live as long as is asked, and one that was rejected comes never again', async () => {
    const tokens = createTokenDouble({ lifeMs: 60_000 });
    vi.advanceTimersByTime(20_000);
    expect((await tokens.getToken({ minLifeMs: 40_000 })).token).toBe('token-1');
    expect((await tokens.getToken({ minLifeMs: 40_001 })).token).toBe('token-2');
    expect((await tokens.getToken({ rejected: 'token-1' })).token).toBe('token-2');
    expect((await tokens.renew()).token).toBe('token-3');
    expect((await tokens.getToken({ rejected: 'token-3' })).token).toBe('token-4');
    expect(await tokens.getToken({ rejected: 'token-4' }).catch((e) => e)).toMatchObject({
      code: 'token_rejected',
    });
    vi.advanceTimersByTime(15_000);
    expect((await tokens.getToken({ rejected: 'token-4' })).token).toBe('token-5');
  });

  test('a claims challenge brings a new token', async () => {
    const tokens = createTokenDouble();
    expect((await tokens.getToken({ claims: '{}' })).token).toBe('token-2');
    expect(tokens.peek()?.token).toBe('token-2');
  });

  test('a sign-in without a refresh token ends with its access token', async () => {
    const tokens = createTokenDouble({ signedIn: false });
    expect(await tokens.getToken().catch((e) => e)).toMatchObject({ code: 'no_credential' });
    await tokens.signIn({ accessToken: 'only', expiresAt: Date.now() + 1000 });
    expect([tokens.state, (await tokens.status()).session]).toEqual(['valid', undefined]);
    vi.advanceTimersByTime(1000);
    expect([tokens.state, tokens.renewals]).toEqual(['reauthorization_required', 0]);
    expect(await tokens.getToken().catch((e) => e)).toMatchObject({ code: 'no_credential' });
  });

  test('a sign-in while a renewal is under way is not undone by it', async () => {
    const tokens = createTokenDouble({ renewalMs: 100 });
    tokens.expire();
    const slow = tokens.getToken().catch((e) => e);
    await tokens.signIn({ accessToken: 'brought', refreshToken: 'r' });
    await vi.advanceTimersByTimeAsync(100);
    await slow;
    expect(tokens.peek()?.token).toBe('brought');
  });

  test('signed out and closed, it hands out nothing', async () => {
    const tokens = createTokenDouble();
    await tokens.signOut({ revoke: true });
    expect([tokens.state, tokens.judge('token-1')]).toEqual(['signed_out', 'revoked']);
    expect(await tokens.getToken().catch((e) => e)).toMatchObject({ code: 'signed_out' });
    await tokens.close();
    expect([tokens.state, tokens.peek()]).toEqual(['closed', undefined]);
    for (const call of [
      tokens.getToken(),
      tokens.renew(),
      tokens.signIn({ refreshToken: 'r' }),
      tokens.signOut(),
    ])
      expect(await call.catch((e) => e)).toMatchObject({ code: 'closed' });
  });
});

describe('the API double', () => {
  test('says what was wrong with a token, and names no error where there is none', async () => {
    const tokens = createTokenDouble({ lifeMs: 1000 });
    const challenge = async (token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await tokens.api()(ORIGIN, { headers });
      return [response.status, response.headers.get('www-authenticate')];
    };
    expect(await challenge()).toEqual([401, 'Bearer']);
    expect(await challenge('x')).toEqual([401, expect.stringContaining('unknown')]);
    expect(await challenge('token-1')).toEqual([200, null]);
    tokens.revoke();
    expect(await challenge('token-1')).toEqual([401, expect.stringContaining('revoked')]);
    await tokens.renew();
    vi.advanceTimersByTime(1000);
    expect(await challenge('token-2')).toEqual([401, expect.stringContaining('expired')]);
    expect(tokens.rejections).toBe(4);
  });

  test('takes streams, and an aborted request is not answered', async () => {
    const { fetch, tokens } = set();
    const body = new Blob(['streamed']).stream();
    const response = await fetch(ORIGIN, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await response.json()).toEqual({ said: 'streamed' });
    const error = await tokens
      .api()(ORIGIN, { signal: AbortSignal.abort() })
      .catch((e) => e);
    expect(error).toMatchObject({ name: 'AbortError' });
  });
});

describe('what is wrong is named', () => {
  test.each<[string, () => unknown, string]>([
    ['an option that is unknown', () => createTokenDouble({ life: 1 } as never), 'life'],
    ['a life that is no duration', () => createTokenDouble({ lifeMs: -1 }), 'lifeMs'],
    ['a life that is no number at all', () => createTokenDouble({ lifeMs: Number.NaN }), 'lifeMs'],
    [
      'a prefix that cannot stand in a header',
      () => createTokenDouble({ tokenPrefix: 'a b' }),
      'tokenPrefix',
    ],
    ['options that are none', () => createTokenDouble(null as never), 'options'],
    ['a fault that there is not', () => createTokenDouble().failRenewals('toString' as never), 'fault'],
    ['a number of times that is none', () => createTokenDouble().failRenewals('network', -1), 'times'],
    ['a reason that there is not', () => createTokenDouble().requireSignIn('x' as never), 'reason'],
    ['a renewal that takes no time', () => createTokenDouble().slowDown('1' as never), 'renewalMs'],
    ['an answer that is no function', () => createTokenDouble().api({} as never), 'answer'],
  ])('%s', (_name, make, option) => {
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'ConfigurationError', option });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['an unknown part of an ask', () => createTokenDouble().getToken({ scope: 'a' } as never)],
    ['an unknown option of a sign-out', () => createTokenDouble().signOut({ revok: true } as never)],
    ['a sign-in without tokens', () => createTokenDouble().signIn({})],
  ])('%s', async (_name, call) => {
    expect(await call().catch((e) => e)).toMatchObject({ name: 'ConfigurationError' });
  });
});

test('a clock that stands in 1970 does no harm', async () => {
  vi.setSystemTime(0);
  const tokens = createTokenDouble({ lifeMs: 1000 });
  expect((await tokens.getToken()).token).toBe('token-1');
  vi.advanceTimersByTime(1000);
  expect((await tokens.getToken()).token).toBe('token-2');
});
