import { type AuthEvent, createTokenManager, TokenBackendError, TokenEndpointError } from '@everbearer/core';
import type { TokenBackend, TokenSet } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;
const ADA = { id: 'sub-ada', username: 'ada@example.com' };

/** Google after a second consent: an access token, and no refresh token. */
const consent = (clock: { now(): number }, user?: TokenSet['user']): TokenSet => ({
  accessToken: 'at-consent',
  expiresAt: clock.now() + HOUR,
  ...(user && { user }),
});

async function signedIn(user: TokenSet['user'] = ADA) {
  const clock = testClock();
  const { promise, resolve: open } = Promise.withResolvers<void>();
  const gate = { closed: false };
  const latency = () => (gate.closed ? promise : Promise.resolve());
  const server = strictServer({ now: clock.now, latency });
  const store = sharedStore();
  const events: AuthEvent[] = [];
  const process = () =>
    createTokenManager({
      provider: server.provider,
      backend: store.backend,
      clock,
      onEvent: (event) => void events.push(event),
    });
  const manager = process();
  await manager.signIn({ ...server.signIn(), user });
  const warnings = () =>
    events.flatMap((event) => (event.type === 'warning' ? [`${event.code}: ${event.message}`] : []));
  return { clock, server, store, process, manager, gate, warnings, open };
}

const stored = (text: string | undefined) => JSON.parse(text ?? '{}');

test('a second consent of the same person keeps the refresh token, and says how to get another', async () => {
  const { clock, server, store, manager, warnings } = await signedIn();
  const before = stored(store.text);
  await manager.signIn(consent(clock, ADA));
  expect((await manager.getToken()).token).toBe('at-consent');
  expect(stored(store.text)).toMatchObject({ family: before.family, grant: before.grant });
  expect(warnings()).toEqual([
    expect.stringMatching(/^refresh_token_kept: .*`prompt: 'consent', access_type: 'offline'`/),
  ]);
  await clock.advance(HOUR);
  expect((await manager.getToken()).token).toBe('at-3');
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
});

describe('the refresh token goes with the session before where it may be of somebody else', () => {
  test.each<[string, TokenSet['user'], TokenSet['user']]>([
    ['another user', ADA, { id: 'sub-eve', username: 'ada@example.com' }],
    ['a user of another tenant', { ...ADA, tenantId: 't-1' }, { ...ADA, tenantId: 't-2' }],
    ['a user that the server did not name now', ADA, { username: 'ada@example.com' }],
    ['a user that the server did not name then', { username: 'ada@example.com' }, ADA],
    ['nobody knows whom', undefined, undefined],
    ['an id that is empty', { id: '' }, { id: '' }],
  ])('%s', async (_name, before, now) => {
    const { clock, server, manager, warnings } = await signedIn(before);
    await manager.signIn(consent(clock, now));
    expect(warnings()).toEqual([expect.stringMatching(/^no_refresh_token: .*`prompt: 'consent'/)]);
    await clock.advance(HOUR);
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'no_credential' });
    expect(server.counts.requests).toBe(0);
  });

  test('one that the server refused for good', async () => {
    const { clock, server, manager } = await signedIn();
    server.trouble.push(() => new TokenEndpointError({ code: 'invalid_grant', status: 400 }));
    await expect(manager.renew()).rejects.toMatchObject({ code: 'revoked' });
    await manager.signIn(consent(clock, ADA));
    await clock.advance(HOUR);
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'no_credential' });
  });

  test('one of a session that was signed out', async () => {
    const { clock, manager } = await signedIn();
    await manager.signOut();
    await manager.signIn(consent(clock, ADA));
    await clock.advance(HOUR);
    await expect(manager.getToken()).rejects.toMatchObject({ code: 'no_credential' });
  });
});

test('a sign-in that brings a refresh token replaces, as ever', async () => {
  const { server, store, manager } = await signedIn();
  const before = stored(store.text);
  await manager.signIn({ ...server.signIn(), user: ADA });
  expect(stored(store.text)).toMatchObject({ replaced: [before.family] });
});

test('the person that a refusal asked for came, without a new refresh token: the old one is tried at once', async () => {
  const { clock, server, manager } = await signedIn();
  server.trouble.push(() => new TokenEndpointError({ code: 'interaction_required', status: 400 }));
  await expect(manager.renew()).rejects.toMatchObject({ code: 'interaction_required' });
  await manager.signIn(consent(clock, ADA));
  expect(manager.state).toBe('valid');
  await clock.advance(HOUR);
  expect((await manager.getToken()).token).toBe('at-3');
});

test('a consent while another process renews loses neither its token nor the rotation', async () => {
  const { clock, server, store, process, manager, gate, open } = await signedIn();
  const other = process();
  await other.getToken();
  await clock.advance(HOUR);
  gate.closed = true;
  const renewing = other.getToken();
  await clock.advance(100);
  await manager.signIn(consent(clock, ADA));
  gate.closed = false;
  open();
  await clock.advance(100);
  await renewing;
  expect(stored(store.text).grant.refreshToken).toBe('rt-3');
  await clock.advance(HOUR);
  const [a, b] = [manager.getToken(), other.getToken()];
  await clock.advance(1_000);
  expect((await a).token).toBe((await b).token);
  expect(server.counts).toMatchObject({ refreshes: 2, reuses: 0 });
});

test('over a damaged record this process goes on with what it knows', async () => {
  const { clock, server, store, manager } = await signedIn();
  store.overwrite('{');
  await manager.signIn(consent(clock, ADA));
  await clock.advance(HOUR);
  expect((await manager.getToken()).token).toBe('at-3');
  expect(server.counts.reuses).toBe(0);
});

describe('over a record that another process may know better, nothing is redeemed before it had a moment to put that back', () => {
  /** One process has renewed; another starts, and the newest version of the record is damaged. */
  async function damaged(how: 'recovered' | 'damaged') {
    const { clock, server, store, manager: newest } = await signedIn();
    await newest.getToken();
    let isDamaged = false;
    const backend: TokenBackend = {
      ...store.backend,
      async load(key) {
        const found = await store.backend.load(key);
        if (!found || !isDamaged) return found;
        if (how === 'recovered') return { ...found, recovered: true };
        throw new TokenBackendError({ code: 'damaged', version: found.version, message: 'It is damaged.' });
      },
      async save(...given) {
        const saved = await store.backend.save(...given);
        isDamaged &&= saved === undefined;
        return saved;
      },
    };
    const other = createTokenManager({ provider: server.provider, backend, clock });
    await other.getToken();
    const older = store.snapshot();
    await clock.advance(HOUR);
    expect((await newest.getToken()).token).toBe('at-3');
    older();
    isDamaged = true;
    return { clock, server, store, newest, other };
  }

  test.each(['recovered', 'damaged'] as const)('%s', async (how) => {
    const { clock, server, store, newest, other } = await damaged(how);
    await other.signIn(consent(clock, ADA));
    const asked = other.renew().catch((error: { code: string }) => error.code);
    await clock.advance(1_000);
    expect(server.counts.requests).toBe(1);
    for (let second = 0; second < 40; second++) {
      await newest.getToken();
      await clock.advance(1_000);
    }
    await asked;
    expect(stored(store.text).grant.refreshToken).not.toBe('rt-2');
    await clock.advance(HOUR);
    const late = other.getToken();
    await clock.advance(1_000);
    expect((await late).token).toMatch(/^at-/);
    expect(server.counts.reuses).toBe(0);
  });
});

describe('a consent', () => {
  async function consented({ deleted = false } = {}) {
    const clock = testClock();
    const server = strictServer({ now: clock.now });
    const store = sharedStore({ durable: false });
    const erased: boolean[] = [];
    const backend: TokenBackend = {
      ...store.backend,
      wasDeleted: async () => deleted,
      save(key, data, expected, options) {
        erased.push(options?.eraseOlder === true);
        return store.backend.save(key, data, expected, options);
      },
    };
    const manager = createTokenManager({ provider: server.provider, backend, clock });
    await manager.signIn({ ...server.signIn(), user: ADA });
    if (deleted) store.removeByHand();
    await manager.signIn(consent(clock, ADA));
    return { grant: stored(store.text).grant, erased };
  }

  test('erases nothing that the store keeps of the session', async () => {
    const { grant, erased } = await consented();
    expect(grant.refreshToken).toBeDefined();
    expect(erased).toEqual([true, false]);
  });

  test('brings nothing back that was deleted', async () => {
    const { grant, erased } = await consented({ deleted: true });
    expect(grant.refreshToken).toBeUndefined();
    expect(erased).toEqual([true, true]);
  });
});
