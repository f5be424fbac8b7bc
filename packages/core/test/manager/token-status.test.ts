import { ConfigurationError, createTokenManager, TokenEndpointError } from '@everbearer/core';
import { type ProviderProfile, STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import type { CredentialRecord } from '../../src/record/credential-record.ts';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;

async function signedIn(clock = testClock()) {
  const server = strictServer({ now: clock.now });
  const store = sharedStore();
  const { backend } = store;
  const manager = createTokenManager({ provider: server.provider, backend, clock });
  const signedInAt = clock.now();
  await manager.signIn(server.signIn());
  return { clock, server, backend, manager, signedInAt, text: () => store.text ?? '' };
}

test('a token of another scope says nothing of the default one', async () => {
  const { clock, manager, signedInAt } = await signedIn();
  await clock.advance(60_000);
  await manager.getToken({ scopes: ['other'] });
  expect(await manager.status()).toMatchObject({
    accessTokenExpiresAt: signedInAt + HOUR,
    lastRenewedAt: signedInAt,
  });
});

test('who has an answer finds no renewal under way, whatever else is looked at', async () => {
  const { clock, manager } = await signedIn();
  await clock.advance(31_000);
  await manager.getToken();
  expect((await manager.status()).renewing).toBe(false);
});

test('who asks while another look is under way is told what that look finds', async () => {
  const { clock, server, backend } = await signedIn();
  let loads = 0;
  const counting = {
    ...backend,
    load: async (...given: Parameters<typeof backend.load>) => {
      loads++;
      return backend.load(...given);
    },
  };
  const other = createTokenManager({ provider: server.provider, backend: counting, clock });
  const all = await Promise.all([other.status(), other.status(), other.status()]);
  expect(all.map(({ state }) => state)).toEqual(['valid', 'valid', 'valid']);
  expect(loads).toBe(1);
});

test('instants and ages are whole milliseconds, whatever the monotonic clock and servers say', async () => {
  const base = testClock();
  const clock = { ...base, now: () => Math.round(base.now()) };
  let wait = Promise.withResolvers<void>();
  const server = strictServer({ now: () => base.now() + 0.25, latency: () => wait.promise });
  const manager = createTokenManager({ provider: server.provider, backend: sharedStore().backend, clock });
  await manager.signIn({ ...server.signIn(), refreshTokenExpiresAt: clock.now() + 7.5 * HOUR + 0.5 });
  const signedIn = await manager.status();
  const renewed = manager.renew();
  await base.advance(0.7);
  wait.resolve();
  await base.advance(10.3);
  await renewed;
  const later = await manager.status();
  wait = Promise.withResolvers();
  wait.resolve();
  server.trouble.push(() => new TokenEndpointError({ code: 'invalid_request', status: 400 }));
  await expect(manager.renew()).rejects.toMatchObject({ code: 'invalid_request' });
  const { lastFailure, ...status } = await manager.status();
  expect(lastFailure?.at).toSatisfy(Number.isSafeInteger);
  for (const { session, ...told } of [signedIn, later, status]) {
    const { accessTokenExpiresAt, lastRenewedAt, signedInAt } = told;
    const { expiresAt = 0, ...times } = { ...session };
    for (const time of [accessTokenExpiresAt, lastRenewedAt, signedInAt, expiresAt]) {
      expect(time).toSatisfy(Number.isSafeInteger);
    }
    for (const time of [times.issuedAt, times.lastUsedAt, times.ageMs])
      expect(time).toSatisfy(Number.isSafeInteger);
  }
});

describe('when a session ends that the server tells nothing about', () => {
  const DAY = 24 * HOUR;

  /** Signed in ten days ago, used two days ago; its refresh token lives 30 days. */
  async function daysLeft(profile: Partial<ProviderProfile>, given: { replaces: boolean }) {
    const clock = testClock();
    const rules: ProviderProfile = { ...STRICT_PROFILE, refreshTokenLifetimeMs: 30 * DAY, ...profile };
    let serial = 0;
    const tokens = (refreshToken: string) => ({ accessToken: `at-${++serial}`, refreshToken });
    const provider: TokenProvider = {
      id: 'server',
      profile: rules,
      scopes: [],
      refresh: async ({ refreshToken }) => tokens(given.replaces ? `rt-${serial}` : refreshToken),
    };
    await using manager = createTokenManager({ provider, backend: sharedStore().backend, clock });
    await manager.signIn(tokens('rt-first'));
    await clock.advance(8 * DAY);
    await manager.renew();
    await clock.advance(2 * DAY);
    return (await manager.status()).session?.daysLeft;
  }

  test.each<[string, Partial<ProviderProfile>, boolean, number]>([
    ['a new refresh token lives anew', { rotates: true, slidingWindow: true }, true, 28],
    ['the same one lives on with each use', { rotates: false, slidingWindow: true }, false, 28],
    ['the same one where that is not known: from when it came', { rotates: 'unknown' }, false, 20],
    ['a life that counts from the sign-in, with new ones', { rotates: true, slidingWindow: false }, true, 20],
    ['a life that counts from the sign-in, with one', { rotates: false, slidingWindow: false }, false, 20],
  ])('%s', async (_, profile, replaces, days) => {
    expect(await daysLeft(profile, { replaces })).toBe(days);
  });
});

test('why a person is needed', async () => {
  const { clock, server, manager } = await signedIn();
  const fresh = createTokenManager({ provider: server.provider, backend: sharedStore().backend });
  expect(await fresh.status()).toMatchObject({ state: 'reauthorization_required', reason: 'no_credential' });
  expect((await manager.status()).reason).toBeUndefined();

  await clock.advance(HOUR);
  server.trouble.push(() => new TokenEndpointError({ code: 'invalid_grant', status: 400 }));
  await expect(manager.getToken()).rejects.toMatchObject({ code: 'revoked' });
  expect(await manager.status()).toMatchObject({ state: 'reauthorization_required', reason: 'revoked' });

  await manager.signOut();
  expect(await manager.status()).toMatchObject({ state: 'signed_out', reason: 'signed_out' });
});

test('nobody is signed in after a sign-out', async () => {
  const { manager } = await signedIn();
  await manager.signOut();
  expect((await manager.status()).signedInAt).toBeUndefined();
});

test('a clock of fractions is made whole where it enters', async () => {
  const base = testClock();
  const clock = { ...base, now: () => base.now() + 0.4 };
  const { manager, text } = await signedIn(clock);
  await manager.renew();
  const record = JSON.parse(text()) as CredentialRecord;
  const stored = Object.values(record.accessTokens).map(({ obtainedAt }) => obtainedAt);
  for (const instant of [record.signedInAt, record.grant.issuedAt, ...stored])
    expect(instant).toSatisfy(Number.isSafeInteger);
  expect((await manager.status()).session?.ageMs).toSatisfy(Number.isSafeInteger);
});

describe('the last failure', () => {
  test('says for which scopes, which need not be those of a token that is good', async () => {
    const { server, manager } = await signedIn();
    server.trouble.push(() => new TokenEndpointError({ code: 'invalid_scope', status: 400 }));
    await expect(manager.getToken({ scopes: ['b', 'a'] })).rejects.toMatchObject({ code: 'invalid_scope' });
    expect(await manager.status()).toMatchObject({
      state: 'valid',
      lastFailure: { code: 'invalid_scope', scope: 'a b' },
    });
  });

  test('is told with its code, its cause and its time, by every process, until tokens come again', async () => {
    const { clock, server, backend, manager } = await signedIn({ ...testClock(), random: () => 0 });
    const other = createTokenManager({ provider: server.provider, backend, clock });
    const cause = Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' });
    const lost = () => new TokenEndpointError({ code: 'network', sent: false, cause });
    server.trouble.push(lost, lost, lost);
    await clock.advance(HOUR);
    const asked = manager.getToken();
    await clock.advance(600);
    const { lastFailure } = await other.status();
    expect(lastFailure).toMatchObject({
      code: 'network',
      message: expect.stringContaining('The token endpoint could not be reached'),
      cause: 'ECONNREFUSED',
    });
    expect((lastFailure?.at ?? 0) - clock.now()).toBe(-200);
    await clock.advance(5_000);
    await asked;
    expect((await other.status()).lastFailure).toBeUndefined();
    expect((await manager.status()).lastFailure).toBeUndefined();
  });

  test.each<[string, TokenEndpointError | ConfigurationError, string]>([
    ['of the client', new TokenEndpointError({ code: 'invalid_client', status: 401 }), 'invalid_client'],
    ['of the grant', new TokenEndpointError({ code: 'invalid_grant', status: 400 }), 'invalid_grant'],
    ['of the set-up', new ConfigurationError({ option: 'x', message: 'Set it.' }), 'configuration'],
    ['for now', new TokenEndpointError({ code: 'slow_down', status: 429 }), 'slow_down'],
  ])('%s', async (_name, error, code) => {
    const { clock, server, manager } = await signedIn();
    server.trouble.push(() => error);
    const asked = manager.renew().catch(() => undefined);
    for (let tries = 0; !(await manager.status()).lastFailure && tries < 10; tries++) await clock.advance(1);
    expect((await manager.status()).lastFailure).toMatchObject({ code, at: expect.any(Number) });
    await clock.advance(5_000);
    await asked;
  });

  test('quotes no token, however the provider words it', async () => {
    const { server, manager, text } = await signedIn();
    const { refreshToken = '' } = (JSON.parse(text()) as CredentialRecord).grant;
    const said = `Token ${refreshToken} is unknown`;
    const wordy = `${refreshToken} ${'is wrong '.repeat(500)}`;
    server.trouble.push(
      () => new TokenEndpointError({ code: 'invalid_request', status: 400, description: said }),
      () => new ConfigurationError({ option: 'x', message: wordy }),
      () => new ConfigurationError({ option: 'x', message: 'is wrong '.repeat(500) }),
    );
    for (const _each of server.trouble.slice()) {
      await expect(manager.renew()).rejects.toThrow();
      const { lastFailure } = await manager.status();
      expect(lastFailure?.message).toMatch(/./);
      expect(lastFailure?.message).not.toContain(refreshToken);
      expect(lastFailure?.message?.length).toBeLessThan(1_001);
    }
  });
});

test("who renewed is told to every process, until somebody else does; a sign-in is nobody's renewal", async () => {
  const { clock, server, backend, manager } = await signedIn();
  expect((await manager.status()).lastRenewedBy).toBeUndefined();
  const named = (holder: string) =>
    createTokenManager({ provider: server.provider, backend: { ...backend, holder }, clock });
  await named('first').renew();
  const second = named('second');
  expect((await second.status()).lastRenewedBy).toBe('first');
  await clock.advance(HOUR);
  await second.renew();
  await clock.advance(HOUR);
  expect((await manager.status()).lastRenewedBy).toBe('second');
});
