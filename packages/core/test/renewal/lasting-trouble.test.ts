import { createTokenManager, TokenEndpointError, type TokenManager } from '@everbearer/core';
import {
  type ProviderContext,
  STRICT_PROFILE,
  type TokenProvider,
  type TokenSet,
} from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { sharedWorld } from '../support/shared-world.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;
const PROCESSES = 3;
const SECONDS = 600;
const MINUTE = 60_000;

type Reply = (request: number, now: number, context: ProviderContext) => TokenSet;

const refused =
  (code: string, status: number, more: { retryAfterMs?: number; description?: string } = {}) =>
  () => {
    throw new TokenEndpointError({ code, status, ...more });
  };

/** Processes on one store, before a server that answers like this; each asks once a second for ten minutes. */
async function tenMinutesOf(
  reply: Reply,
  grant: 'refresh' | 'acquire',
  ask: (manager: TokenManager, second: number) => Promise<unknown>,
  /** How far the clock of each is ahead. */
  skews: readonly number[] = [],
) {
  const clock = { ...testClock(), random: () => 0.5 };
  let requests = 0;
  const answer = async (context: ProviderContext) => reply(++requests, clock.now(), context);
  const provider: TokenProvider = {
    id: 'https://as.example client',
    profile: { ...STRICT_PROFILE, rotates: true },
    scopes: ['read'],
    ...(grant === 'refresh' ? { refresh: (_, context) => answer(context) } : { acquire: answer }),
  };
  const { backend } = sharedStore();
  const managers = Array.from({ length: PROCESSES }, (_, at) => {
    const skewed = { ...clock, now: () => clock.now() + (skews[at] ?? 0) };
    return createTokenManager({ provider, backend, clock: skewed });
  });
  if (grant === 'refresh') await managers[0]?.signIn({ refreshToken: 'rt-0' });
  const codes = new Set<string>();
  for (let second = 0; second < SECONDS; second++) {
    for (const manager of managers) {
      ask(manager, second).catch(({ code }: { code: string }) => codes.add(code));
    }
    await clock.advance(1_000);
  }
  return { requests, codes: [...codes] };
}

const plain = (manager: TokenManager) => manager.getToken();
const other = (manager: TokenManager) => manager.getToken({ scopes: ['write'] });

const unusable: Reply = (request, now) => ({
  accessToken: `at-${request}`,
  tokenType: 'DPoP',
  refreshToken: `rt-${request}`,
  expiresAt: now + HOUR,
});
const unusableForWrite: Reply = (request, now, { scopes }) => ({
  ...unusable(request, now, { scopes, signal: new AbortController().signal }),
  ...(scopes.includes('read') && { tokenType: 'Bearer' }),
});

/** Three processes would send 1,800 requests if each call cost one. */
describe(`what lasts is asked about ever more seldom, by all processes together`, () => {
  test.each<[string, Reply, 'refresh' | 'acquire', typeof plain, number, string]>([
    ['a page of a firewall', refused('invalid_response', 403), 'refresh', plain, 15, 'invalid_response'],
    ['Access Denied', refused('access_denied', 403), 'refresh', plain, 15, 'access_denied'],
    ['an expired client secret', refused('invalid_client', 401), 'refresh', plain, 15, 'invalid_client'],
    [
      'an expired client secret of a machine',
      refused('invalid_client', 401),
      'acquire',
      plain,
      15,
      'invalid_client',
    ],
    [
      'a redirect to a log-in page',
      refused('invalid_response', 302),
      'refresh',
      plain,
      15,
      'invalid_response',
    ],
    ['a code that nobody knows', refused('org_internal', 400), 'refresh', plain, 15, 'org_internal'],
    ['a scope that is refused', refused('invalid_scope', 400), 'refresh', other, 10, 'invalid_scope'],
    [
      'a consent that is missing for one scope',
      refused('consent_required', 400),
      'refresh',
      other,
      10,
      'consent_required',
    ],
    [
      'a code nobody knows, for one scope',
      refused('invalid_resource', 400),
      'refresh',
      other,
      15,
      'invalid_resource',
    ],
    ['a machine without consent', refused('consent_required', 400), 'acquire', plain, 10, 'consent_required'],
    [
      'a machine whose grant is refused',
      refused('invalid_grant', 400),
      'acquire',
      plain,
      10,
      'invalid_grant',
    ],
    [
      'a person who must act',
      refused('interaction_required', 400),
      'refresh',
      plain,
      10,
      'interaction_required',
    ],
    ['tokens of another type, rotated each time', unusable, 'refresh', plain, 15, 'invalid_response'],
    ['the same, for one scope', unusableForWrite, 'refresh', other, 15, 'invalid_response'],
  ])('%s', async (_name, reply, grant, ask, most, code) => {
    const { requests, codes } = await tenMinutesOf(reply, grant, ask);
    expect(codes).toEqual([code]);
    expect(requests).toBeLessThanOrEqual(most);
    expect(requests).toBeGreaterThan(2);
  });
});

describe('Retry-After is honoured by all, whatever the status it comes with', () => {
  const retryAfterMs = 150_000;
  test.each<[string, number | undefined, 'refresh' | 'acquire', typeof plain]>([
    ['invalid_request', 400, 'refresh', plain],
    ['interaction_required', 400, 'refresh', plain],
    ['invalid_client', 401, 'refresh', plain],
    ['invalid_client', 401, 'acquire', plain],
    ['invalid_response', 403, 'refresh', plain],
    ['invalid_response', 302, 'refresh', plain],
    ['invalid_scope', 400, 'refresh', other],
    ['invalid_grant', 400, 'acquire', plain],
  ])('%s with %s, %s', async (code, status, grant, ask) => {
    const { requests } = await tenMinutesOf(refused(code, status as number, { retryAfterMs }), grant, ask);
    expect(requests).toBe((SECONDS * 1_000) / retryAfterMs);
  });

  test('a success without a token', async () => {
    const reply = refused('invalid_response', 200, { retryAfterMs });
    const { requests } = await tenMinutesOf(reply, 'refresh', plain);
    // Its callers wait for the end of a pause that is near.
    expect(requests).toBeLessThanOrEqual(SECONDS / 150 + 1);
  });

  test.each<[string, readonly number[]]>([
    ['a millisecond apart', [1, 0, -1]],
    ['some seconds apart', [2_000, 0, -2_000]],
    ['a minute apart', [MINUTE, 0, -MINUTE]],
    ['one of them 50 minutes ahead', [50 * MINUTE, 0, 0]],
  ])('by machines whose clocks are %s', async (_name, skews) => {
    const reply = refused('invalid_client', 401, { retryAfterMs });
    const { requests } = await tenMinutesOf(reply, 'refresh', plain, skews);
    expect(requests).toBeLessThanOrEqual(SECONDS / 150 + 1);
  });
});

describe('claims that a resource server invents', () => {
  const good: Reply = (request, now) => ({ accessToken: `at-${request}`, expiresAt: now + HOUR });
  let serial = 0;
  const challenged = async (manager: TokenManager) => {
    const { token } = await manager.getToken();
    await manager.getToken({ rejected: token, claims: `{"access_token":{"nonce":${++serial}}}` });
  };
  const inOneManager = (of: typeof challenged) => {
    let first: TokenManager | undefined;
    return async (manager: TokenManager) => {
      first ??= manager;
      if (manager === first) await of(manager);
    };
  };

  test('anew with each answer cost a renewal a floor, and the other calls get their own 401', async () => {
    const { requests, codes } = await tenMinutesOf(good, 'refresh', inOneManager(challenged));
    expect(codes).toEqual(['token_rejected']);
    expect(requests).toBeGreaterThan(2);
    expect(requests).toBeLessThanOrEqual(12);
  });

  test('to all processes cost no more: they share the pause', async () => {
    const { requests, codes } = await tenMinutesOf(good, 'refresh', challenged);
    expect(codes).toEqual(['token_rejected']);
    expect(requests).toBeGreaterThan(2);
    expect(requests).toBeLessThanOrEqual(12);
  });

  test('and that the authorization server refuses to all of them cost no more', async () => {
    const reply: Reply = (request, now, context) =>
      context.claims === undefined ? good(request, now, context) : refused('interaction_required', 400)();
    const { requests } = await tenMinutesOf(reply, 'refresh', challenged);
    expect(requests).toBeLessThanOrEqual(12);
  });

  test('and that the authorization server refuses cost no more', async () => {
    const reply: Reply = (request, now, context) =>
      context.claims === undefined ? good(request, now, context) : refused('interaction_required', 400)();
    const { requests } = await tenMinutesOf(reply, 'refresh', inOneManager(challenged));
    expect(requests).toBeLessThanOrEqual(12);
  });

  test('or that come in turn with plain rejections', async () => {
    const plainly = async (manager: TokenManager) => {
      const { token } = await manager.getToken();
      await manager.getToken({ rejected: token });
    };
    const both = (manager: TokenManager) => (++serial % 2 ? challenged(manager) : plainly(manager));
    const { requests } = await tenMinutesOf(good, 'refresh', inOneManager(both));
    expect(requests).toBeLessThanOrEqual(45);
  });
});

describe('a path that answers 401 whatever the token', () => {
  const good: Reply = (request, now) => ({
    accessToken: `at-${request}`,
    refreshToken: `rt-${request}`,
    expiresAt: now + HOUR,
  });

  test('costs a fleet of processes no more renewals than one of them', async () => {
    const { requests, codes } = await tenMinutesOf(good, 'refresh', async (manager) => {
      const { token } = await manager.getToken();
      const second = await manager.getToken({ rejected: token });
      await manager.getToken({ rejected: second.token });
    });
    expect(codes).toEqual(['token_rejected']);
    // One a floor, which is half a minute for tokens of an hour.
    expect(requests).toBeLessThanOrEqual(SECONDS / 30 + 2);
  });

  test('does not keep a process that starts an hour later from renewing a token that was revoked since', async () => {
    const { clock, server, process, ask } = sharedWorld();
    const manager = process();
    await manager.signIn(server.signIn());
    const first = await ask(manager, 10);
    expect((await manager.getToken({ rejected: first })).token).toBe('at-3');
    await clock.advance(30 * MINUTE);
    const starter = process();
    expect(await ask(starter, 10)).toBe('at-3');
    expect((await starter.getToken({ rejected: 'at-3' })).token).toBe('at-4');
  });
});
