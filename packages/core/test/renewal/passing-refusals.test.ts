import { type AuthEvent, createTokenManager, TokenEndpointError } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { seedOf, sharedStore } from '../support/shared-store.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;
const SAID = 'AADSTS50076: Due to a configuration change made by your administrator';

interface Refusing {
  code: string;
  passes?: boolean;
  retryAfterMs?: number;
}

/** A server that refuses until it is told to stop, for its own scope or for another one, a person or a machine. */
function world(refusal: Refusing, { acquires = false } = {}) {
  const clock = { ...testClock(), random: () => 0.5 };
  const server = { requests: 0, refuses: true, only: undefined as string | undefined };
  const answer = async ({ scopes }: { scopes: readonly string[] }) => {
    server.requests++;
    const refused = server.refuses && (server.only === undefined || scopes.includes(server.only));
    if (refused) throw new TokenEndpointError({ ...refusal, status: 400, description: SAID });
    return { accessToken: `at-${server.requests}`, expiresAt: clock.now() + HOUR };
  };
  const provider: TokenProvider = {
    id: 'as',
    profile: { ...STRICT_PROFILE, rotates: false },
    scopes: ['read'],
    ...(acquires ? { acquire: answer } : { refresh: (_, context) => answer(context) }),
  };
  const store = sharedStore();
  const events: AuthEvent[] = [];
  const onEvent = (event: AuthEvent) => void events.push(event);
  const process = (seed?: string) =>
    createTokenManager({
      provider,
      backend: store.backend,
      clock,
      onEvent,
      ...(seed !== undefined && { seed: seedOf(seed).seed }),
    });
  const count = (type: AuthEvent['type']) => events.filter((event) => event.type === type).length;
  return { clock, server, store, provider, process, count };
}

const outcome = (work: Promise<{ token: string }>) =>
  work.then(
    () => 'a token',
    ({ code }: { code: string }) => code,
  );

const PASSING: [string, Refusing, string][] = [
  ['interaction_required', { code: 'interaction_required' }, 'interaction_required'],
  ['consent_required', { code: 'consent_required' }, 'interaction_required'],
  ['login_required', { code: 'login_required' }, 'interaction_required'],
  ['invalid_grant that passes', { code: 'invalid_grant', passes: true }, 'interaction_required'],
];

describe.each(PASSING)('%s to a refresh token', (_name, refusal, code) => {
  test('is asked again after a pause, and ends when the person has acted elsewhere', async () => {
    const { clock, server, process, count } = world(refusal);
    const manager = process();
    await manager.signIn({ refreshToken: 'rt-0' });
    for (let second = 0; second < 60; second++) {
      expect(await outcome(manager.getToken())).toBe(code);
      await clock.advance(1_000);
    }
    expect(server.requests).toBeLessThanOrEqual(2);
    expect(manager.state).toBe('reauthorization_required');
    expect(count('reauthorization_required')).toBe(1);
    // Consent is given after a minute.
    server.refuses = false;
    for (let second = 0; second < 60; second++) {
      await manager.getToken().catch(() => undefined);
      await clock.advance(1_000);
    }
    expect(await outcome(manager.getToken())).toBe('a token');
    expect(manager.state).toBe('valid');
    expect((await manager.status()).lastFailure).toBeUndefined();
  });

  test('renew() and a new process ask once, at once; their refusals make the pause no longer', async () => {
    const { clock, server, process } = world(refusal);
    const first = process();
    await first.signIn({ refreshToken: 'rt-0' });
    await outcome(first.getToken());
    const { notBefore } = await first.status();
    await clock.advance(2_000);
    expect(await outcome(first.renew())).toBe(code);
    expect(server.requests).toBe(2);
    const second = process();
    expect(await outcome(second.getToken())).toBe(code);
    expect(server.requests).toBe(3);
    for (const manager of [first, second]) expect(await outcome(manager.getToken())).toBe(code);
    expect(server.requests).toBe(3);
    expect(await second.status()).toMatchObject({ notBefore });
    server.refuses = false;
    expect(await outcome(process().getToken())).toBe('a token');
    await clock.advance(1_000);
    expect(await outcome(first.getToken())).toBe('a token');
  });

  test('the words of the server are told by every process, in status() and as the cause', async () => {
    const { process } = world(refusal);
    const first = process();
    await first.signIn({ refreshToken: 'rt-0' });
    await outcome(first.getToken());
    const other = process();
    expect(await other.status()).toMatchObject({
      state: 'reauthorization_required',
      reason: 'interaction_required',
      lastFailure: { code: refusal.code, status: 400, description: SAID },
    });
    await other.getToken().catch(() => undefined);
    await expect(other.getToken()).rejects.toMatchObject({
      code,
      cause: { code: refusal.code, status: 400, description: SAID },
    });
  });
});

describe('what is final', () => {
  test('is invalid_grant to a refresh token, which says so; nothing asks again until a sign-in', async () => {
    const { clock, server, process } = world({ code: 'invalid_grant' });
    const first = process();
    await first.signIn({ refreshToken: 'rt-0' });
    await expect(first.getToken()).rejects.toThrow(/for good/);
    await clock.advance(24 * HOUR);
    for (const manager of [first, process()]) {
      expect(await outcome(manager.getToken())).toBe('revoked');
      expect(await outcome(manager.renew())).toBe('revoked');
      await expect(manager.getToken()).rejects.toMatchObject({ cause: { description: SAID } });
    }
    expect(server.requests).toBe(1);
    expect(await process().status()).toMatchObject({
      reason: 'revoked',
      notBefore: undefined,
      lastFailure: { description: SAID },
    });
    server.refuses = false;
    await first.signIn({ refreshToken: 'rt-1' });
    expect(await outcome(first.getToken())).toBe('a token');
  });
});

const REFUSALS = [
  'invalid_grant',
  'consent_required',
  'interaction_required',
  'invalid_scope',
  'access_denied',
];

describe.each(REFUSALS)('%s', (code) => {
  test('to a machine ends no session: there is none', async () => {
    const { clock, server, process } = world({ code }, { acquires: true });
    const manager = process();
    expect(await outcome(manager.getToken())).toBe(code);
    for (let call = 0; call < 50; call++) expect(await outcome(manager.getToken())).toBe(code);
    expect(server.requests).toBe(1);
    expect(await manager.status()).toMatchObject({ lastFailure: { code, description: SAID } });
    expect(await outcome(manager.renew())).toBe(code);
    expect(server.requests).toBe(2);
    server.refuses = false;
    await clock.advance(61_000);
    expect(await outcome(manager.getToken())).toBe('a token');
  });

  test('to another scope leaves the rest alone, and is asked again', async () => {
    const { clock, server, process } = world({ code });
    server.only = 'admin';
    const ask = { scopes: ['admin'] };
    const manager = process();
    await manager.signIn({ refreshToken: 'rt-0' });
    expect(await outcome(manager.getToken(ask))).toBe(code);
    expect(await outcome(manager.getToken())).toBe('a token');
    for (let call = 0; call < 50; call++) await expect(manager.getToken(ask)).rejects.toThrow(SAID);
    expect(server.requests).toBe(2);
    server.refuses = false;
    expect(await outcome(process().getToken(ask))).toBe('a token');
    await clock.advance(1_000);
    expect(await outcome(manager.getToken(ask))).toBe('a token');
    expect(server.requests).toBe(3);
  });
});

test('a process whose clock is an hour ahead or behind asks as seldom as the others', async () => {
  const { clock, server, store, provider } = world({ code: 'invalid_client' });
  const { backend } = store;
  const skewed = [-HOUR, 0, HOUR].map((ms) => ({ ...clock, now: () => clock.now() + ms }));
  const managers = skewed.map((own) => createTokenManager({ provider, backend, clock: own }));
  await managers[1]?.signIn({ refreshToken: 'rt-0' });
  for (let second = 0; second < 600; second++) {
    for (const manager of managers) void outcome(manager.getToken());
    await clock.advance(1_000);
  }
  expect(server.requests).toBeLessThanOrEqual(3 * 15);
});

describe('a seed', () => {
  test('that waits for a person is tried again, by all processes together', async () => {
    const { clock, server, process } = world({ code: 'interaction_required' });
    const managers = [process('rt-seed'), process('rt-seed')];
    for (let second = 0; second < 60; second++) {
      for (const manager of managers) expect(await outcome(manager.getToken())).toBe('interaction_required');
      await clock.advance(1_000);
    }
    expect(server.requests).toBeLessThanOrEqual(4);
    server.refuses = false;
    await clock.advance(120_000);
    expect(await outcome(managers[0]?.getToken() as Promise<{ token: string }>)).toBe('a token');
  });

  test('of a client that is set up wrongly: as soon as that is mended, without a restart', async () => {
    const { clock, server, process } = world({ code: 'invalid_client' });
    const manager = process('rt-seed');
    for (let second = 0; second < 120; second++) {
      expect(await outcome(manager.getToken())).toBe('invalid_client');
      await clock.advance(1_000);
    }
    expect(server.requests).toBeLessThanOrEqual(9);
    server.refuses = false;
    await clock.advance(130_000);
    expect(await outcome(manager.getToken())).toBe('a token');
  });

  test('that is dead stays dead', async () => {
    const { clock, server, process } = world({ code: 'invalid_grant' });
    const manager = process('rt-seed');
    for (let hour = 0; hour < 5; hour++) {
      expect(await outcome(manager.getToken())).toBe('revoked');
      await clock.advance(HOUR);
    }
    expect(server.requests).toBe(1);
  });
});
