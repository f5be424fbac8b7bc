import { type AuthEvent, createTokenManager, TokenEndpointError, type TokenManager } from '@everbearer/core';
import { defineBackend } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

function volatile() {
  const texts = new Map<string, string>();
  return {
    texts,
    backend: defineBackend({
      load: (key) => texts.get(key),
      save: (key, data) => void texts.set(key, data),
      singleProcess: true,
    }),
  };
}

async function signedIn(options: Parameters<typeof strictServer>[0] = {}, more: object = {}) {
  const server = strictServer(options);
  const { backend, texts } = volatile();
  const events: AuthEvent[] = [];
  const onEvent = (event: AuthEvent) => void events.push(event);
  const manager = createTokenManager({ provider: server.provider, backend, onEvent, ...more });
  await manager.signIn(server.signIn());
  return { server, backend, manager, events, texts, types: () => events.map(({ type }) => type) };
}

const at = async (manager: TokenManager) => (await manager.getToken()).token;

test('a token in hand is handed out without a renewal', async () => {
  const { manager, server } = await signedIn();
  expect(await at(manager)).toBe('at-2');
  expect(manager.peek?.()?.token).toBe('at-2');
  expect(manager.state).toBe('valid');
  expect(server.counts.requests).toBe(0);
});

test('an expired token is renewed once for a thousand callers', async () => {
  const clock = testClock();
  const { manager, server, types } = await signedIn({ now: clock.now }, { clock });
  await clock.advance(3_600_000);
  expect(manager.state).toBe('expired');
  const tokens = await Promise.all(Array.from({ length: 1000 }, () => at(manager)));
  expect(new Set(tokens)).toEqual(new Set(['at-3']));
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  expect(types()).toEqual(['signed_in', 'renewal_started', 'renewed']);
});

test('a rejected token is never handed out again, and twenty late 401s renew once', async () => {
  const { manager, server } = await signedIn();
  const first = await at(manager);
  const renewed = await manager.getToken({ rejected: first });
  expect(renewed.token).not.toBe(first);
  for (let i = 0; i < 20; i++)
    expect((await manager.getToken({ rejected: first })).token).toBe(renewed.token);
  expect(server.counts.refreshes).toBe(1);
});

test('a fresh token refused again is the server verdict: no storm, and the token stays in use', async () => {
  const { manager, server } = await signedIn();
  const renewed = await manager.getToken({ rejected: await at(manager) });
  await expect(manager.getToken({ rejected: renewed.token })).rejects.toMatchObject({
    code: 'token_rejected',
  });
  expect(await at(manager)).toBe(renewed.token);
  expect(server.counts.refreshes).toBe(1);
});

test('between soft and hard margin one renewal runs behind the callers', async () => {
  const clock = testClock();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { manager, server } = await signedIn({ now: clock.now, latency: () => gate }, { clock });
  expect(await at(manager)).toBe('at-2');
  await clock.advance(3_600_000 - 60_000);
  expect(manager.state).toBe('expiring');
  expect(await at(manager)).toBe('at-2');
  expect(await at(manager)).toBe('at-2');
  open();
  await clock.advance(0);
  expect(await at(manager)).toBe('at-3');
  expect(server.counts).toMatchObject({ refreshes: 1 });
});

test('a dead refresh token costs one request and a hundred typed errors', async () => {
  const clock = testClock();
  const { manager, server, types } = await signedIn({ now: clock.now }, { clock });
  server.trouble.push(() => new TokenEndpointError({ code: 'invalid_grant', status: 400 }));
  await clock.advance(3_600_000);
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => manager.getToken()));
  for (const result of results) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { code: 'revoked', name: 'ReauthorizationRequiredError' },
    });
  }
  await expect(manager.getToken()).rejects.toMatchObject({ code: 'revoked' });
  expect(server.counts.requests).toBe(1);
  expect(manager.state).toBe('reauthorization_required');
  expect(types()).toContain('reauthorization_required');
});

test('503 with Retry-After is waited out, and the wait is in the record for everybody', async () => {
  const clock = testClock();
  const { manager, server, backend } = await signedIn({ now: clock.now }, { clock });
  const later = () =>
    new TokenEndpointError({ code: 'temporarily_unavailable', status: 503, retryAfterMs: 2_000 });
  server.trouble.push(later, later);
  await clock.advance(3_600_000);
  const other = createTokenManager({ provider: server.provider, backend, clock });
  const waiting = Promise.all([at(manager), at(other)]);
  await clock.advance(1_500);
  expect(server.counts.requests).toBe(1);
  await clock.advance(6_000);
  expect(new Set(await waiting)).toEqual(new Set(['at-3']));
  expect(server.counts.requests).toBe(3);
});

test('a Retry-After beyond the patience of a call fails at once and says when', async () => {
  const clock = testClock();
  const { manager, server } = await signedIn({ now: clock.now }, { clock });
  server.trouble.push(
    () => new TokenEndpointError({ code: 'temporarily_unavailable', status: 503, retryAfterMs: 60_000 }),
  );
  await clock.advance(3_600_000);
  await expect(manager.getToken()).rejects.toMatchObject({
    code: 'temporarily_unavailable',
    retryAfterMs: 60_000,
  });
});

test('a lost reply is retried promptly with the same refresh token', async () => {
  const clock = testClock();
  const { manager, server } = await signedIn({ now: clock.now }, { clock });
  server.trouble.push(() => new TokenEndpointError({ code: 'network' }));
  await clock.advance(3_600_000);
  const asked = at(manager);
  await clock.advance(200);
  expect(await asked).toBe('at-3');
  expect(server.counts).toMatchObject({ requests: 2, refreshes: 1 });
});

test('the tries of one redemption wait on the clock that was handed in, and draw from its chance', async () => {
  const clock = { ...testClock(), random: () => 0 };
  const { manager, server } = await signedIn({ now: clock.now }, { clock });
  const lost = () => new TokenEndpointError({ code: 'network' });
  server.trouble.push(lost, lost);
  await clock.advance(3_600_000);
  const asked = at(manager);
  for (const [ms, requests] of [
    [99, 1],
    [1, 2],
    [299, 2],
    [1, 3],
  ] as const) {
    await clock.advance(ms);
    expect(server.counts.requests).toBe(requests);
  }
  expect(await asked).toBe('at-3');
});

test('a refusal after a lost reply is called ambiguous, not revoked', async () => {
  const clock = testClock();
  let lost = 1;
  const { manager } = await signedIn({ now: clock.now, losesReply: () => lost-- > 0 }, { clock });
  await clock.advance(3_600_000);
  // Bun waits inside `expect(...).rejects`, and no clock goes on meanwhile.
  const refused = manager.getToken().catch((error: unknown) => error);
  await clock.advance(200);
  expect(await refused).toMatchObject({ code: 'ambiguous_rotation' });
});

test('an abort detaches the caller alone', async () => {
  const clock = testClock();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { manager, server } = await signedIn({ now: clock.now, latency: () => gate }, { clock });
  await clock.advance(3_600_000);
  const controller = new AbortController();
  const leaving = manager.getToken({ signal: controller.signal });
  const staying = at(manager);
  controller.abort(new Error('left'));
  await expect(leaving).rejects.toThrow('left');
  open();
  expect(await staying).toBe('at-3');
  expect(server.counts.refreshes).toBe(1);
});

test('a store that fails after the rotation costs nobody: served, reported, saved late', async () => {
  const clock = testClock();
  const server = strictServer({ now: clock.now });
  const { texts } = volatile();
  let saves = 0;
  const backend = defineBackend({
    load: (key) => texts.get(key),
    save(key, data) {
      saves++;
      if (saves > 2 && saves < 6) throw new Error('disk is gone');
      texts.set(key, data);
    },
    singleProcess: true,
  });
  const events: AuthEvent[] = [];
  const manager = createTokenManager({
    provider: server.provider,
    backend,
    clock,
    onEvent: (e) => void events.push(e),
  });
  await manager.signIn(server.signIn());
  await clock.advance(3_600_000);
  expect(await at(manager)).toBe('at-3');
  expect(events.map(({ type }) => type)).toContain('unsaved');
  expect([...texts.values()].join()).not.toContain('rt-3');
  await clock.advance(1_000);
  expect([...texts.values()].join()).toContain('rt-3');
  expect(events.map(({ type }) => type)).toContain('saved_late');
});

test('a new sign-in elsewhere is adopted; a sign-out is final for survivors', async () => {
  const clock = testClock();
  const { manager, server, backend } = await signedIn({ now: clock.now }, { clock });
  const other = createTokenManager({ provider: server.provider, backend, clock });
  expect(await at(other)).toBe('at-2');
  await manager.signIn(server.signIn());
  await clock.advance(31_000);
  await at(other);
  await clock.advance(10);
  expect(await at(other)).toBe(await at(manager));
  await other.signOut();
  expect(other.state).toBe('signed_out');
  await clock.advance(31_000);
  await manager.getToken().catch(() => undefined);
  await clock.advance(10);
  await expect(manager.getToken()).rejects.toMatchObject({ code: 'signed_out' });
});

test('renew() goes to the token endpoint although the token is good', async () => {
  const { manager, server } = await signedIn();
  expect((await manager.renew()).token).toBe('at-3');
  expect(server.counts.refreshes).toBe(1);
});

test('after close() every ask is refused', async () => {
  const { manager } = await signedIn();
  await manager.close();
  expect(manager.state).toBe('closed');
  expect(manager.peek?.()).toBeUndefined();
  await expect(manager.getToken()).rejects.toMatchObject({ code: 'closed' });
});

test('status() tells where things stand, the place of the store included, and never a token', async () => {
  const clock = testClock();
  const server = strictServer({ now: clock.now, profile: { refreshTokenLifetimeMs: 90 * 86_400_000 } });
  const { backend } = volatile();
  const place = { ...backend, location: 'a place' };
  const manager = createTokenManager({ provider: server.provider, backend: place, clock, account: 'ada' });
  expect(await manager.status()).toMatchObject({ state: 'reauthorization_required', location: 'a place' });
  await manager.signIn({ ...server.signIn(), user: { username: 'ada@example.com' } });
  await clock.advance(86_400_000);
  const status = await manager.status();
  expect(status).toMatchObject({
    state: 'expired',
    account: 'ada',
    username: 'ada@example.com',
    guarantee: 'process',
  });
  expect(status.session).toMatchObject({ ageMs: 86_400_000, daysLeft: 89 });
  expect(JSON.stringify(status)).not.toMatch(/[ar]t-\d/);
});

test('state says valid only when the very next request would bear the held token at once', async () => {
  const clock = testClock();
  const { manager, server, backend } = await signedIn({ now: clock.now }, { clock });
  const unheard = createTokenManager({ provider: server.provider, backend, clock });
  expect([unheard.state, unheard.peek?.()]).toEqual(['unknown', undefined]);

  /** Whether a token is handed out without asking anybody, as a request would find it. */
  async function atOnce(): Promise<boolean> {
    const before = server.counts.requests;
    const outcome = manager.getToken().then(
      () => true,
      () => false,
    );
    const bears = await Promise.race([outcome, new Promise((resolve) => setImmediate(() => resolve(false)))]);
    return bears === true && server.counts.requests === before;
  }

  expect([manager.state, await atOnce()]).toEqual(['valid', true]);
  await clock.advance(3_600_000);
  expect([manager.state, await atOnce()]).toEqual(['expired', false]);
  await clock.advance(1_000);
  expect([manager.state, await atOnce()]).toEqual(['valid', true]);

  // Refused by a resource server, with a renewal that does not come to an end: good by the clock, and not valid.
  await clock.advance(1_000_000);
  server.trouble.push(() => new Promise<never>(() => undefined));
  manager.getToken({ rejected: (await manager.getToken()).token }).catch(() => undefined);
  await clock.advance(10);
  expect([manager.state, await atOnce()]).toEqual(['expired', false]);

  await manager.signOut();
  expect([manager.state, await atOnce()]).toEqual(['signed_out', false]);
  const closing = manager.close();
  expect([manager.state, await atOnce()]).toEqual(['closed', false]);
  await clock.advance(60_000);
  await closing;
});

test('a machine whose clock stands in 1970 is served all the same', async () => {
  const clock = testClock(5_000);
  const server = strictServer({ now: clock.now });
  const manager = createTokenManager({ provider: server.provider, backend: sharedStore().backend, clock });
  const { refreshToken } = server.signIn();
  await manager.signIn({ refreshToken });
  expect((await manager.getToken()).expiresAt).toBeGreaterThan(clock.now());
});
