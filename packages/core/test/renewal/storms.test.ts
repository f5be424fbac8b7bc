import { type AuthEvent, createTokenManager, TokenEndpointError, type TokenManager } from '@everbearer/core';
import { type ProviderContext, STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { expect, onTestFinished, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR = 3_600_000;
const MEGABYTE = 1024 * 1024;

/** A signed-in manager before a server that takes some turns for each answer, and all that it was asked. */
async function world() {
  const clock = testClock();
  const latency = async () => {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const server = strictServer({ now: clock.now, latency });
  const { backend } = sharedStore();
  const asked: ProviderContext[] = [];
  const provider: TokenProvider = {
    ...server.provider,
    async refresh(credential, context) {
      asked.push(context);
      return (await server.provider.refresh?.(credential, context)) ?? {};
    },
  };
  const events: AuthEvent[] = [];
  const onEvent = (event: AuthEvent) => void events.push(event);
  const manager = createTokenManager({ provider, backend, clock, onEvent });
  await manager.signIn(server.signIn());
  return { clock, server, manager, asked, types: () => events.map(({ type }) => type) };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    ({ code }: { code: string }) => code,
  );

const at = async (manager: TokenManager, scopes?: string[]) => (await manager.getToken({ scopes })).token;

test('an expiry under a thousand callers costs one refresh', async () => {
  const { clock, server, manager } = await world();
  await clock.advance(HOUR);
  const tokens = await Promise.all(Array.from({ length: 1_000 }, () => at(manager)));
  expect(new Set(tokens)).toEqual(new Set(['at-3']));
  expect(server.counts).toMatchObject({ requests: 1, refreshes: 1, reuses: 0 });
});

test('an expiry under a hundred thousand callers costs one refresh and less than 200 MB', async () => {
  const { clock, server, manager } = await world();
  await clock.advance(HOUR);
  const before = process.memoryUsage().heapUsed;
  const work = Array.from({ length: 100_000 }, () => manager.getToken());
  const whileWaiting = process.memoryUsage().heapUsed - before;
  const tokens = new Set((await Promise.all(work)).map(({ token }) => token));
  const afterwards = process.memoryUsage().heapUsed - before;
  expect(tokens).toEqual(new Set(['at-3']));
  expect(server.counts).toMatchObject({ requests: 1, refreshes: 1 });
  expect(Math.max(whileWaiting, afterwards)).toBeLessThan(200 * MEGABYTE);
});

test('twenty late 401s, one after the other and some at once, cost one refresh', async () => {
  const { clock, server, manager } = await world();
  const rejected = await at(manager);
  const answers: Promise<unknown>[] = [];
  for (let late = 0; late < 20; late++) {
    answers.push(manager.getToken({ rejected }).then(({ token }) => token));
    if (late % 3 === 0) await clock.advance(100);
  }
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['at-3']));
  expect(server.counts).toMatchObject({ requests: 1, refreshes: 1 });
});

test('a dead refresh token costs one request and a hundred typed errors', async () => {
  const { clock, server, manager } = await world();
  server.trouble.push(() => new TokenEndpointError({ code: 'invalid_grant', status: 400 }));
  await clock.advance(HOUR);
  const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(manager.getToken())));
  expect(codes).toEqual(Array.from({ length: 100 }, () => 'revoked'));
  for (let later = 0; later < 10; later++) {
    await clock.advance(5_000);
    expect(await codeOf(manager.getToken())).toBe('revoked');
  }
  expect(server.counts.requests).toBe(1);
});

test.each<[string, number]>([
  ['one after the other', 1],
  ['fifty at a time', 50],
])('a resource that always says 401 to a thousand calls, %s, costs one renewal', async (_name, width) => {
  const { server, manager } = await world();
  const verdicts: string[] = [];
  for (let call = 0; call < 1_000; call += width) {
    const calls = Array.from({ length: width }, async () => {
      const rejected = await at(manager);
      verdicts.push(await codeOf(manager.getToken({ rejected })));
    });
    await Promise.all(calls);
    expect(await at(manager)).toBe('at-3');
  }
  expect(server.counts.requests).toBe(1);
  expect(verdicts.filter((verdict) => verdict === 'fine')).toHaveLength(width);
  expect(verdicts.filter((verdict) => verdict === 'token_rejected')).toHaveLength(1_000 - width);
});

test('thirty scopes asked at once redeem one after the other, each once', async () => {
  const { server, manager } = await world();
  const scopes = Array.from({ length: 30 }, (_, i) => [`scope-${i}`]);
  const twice = [...scopes, ...scopes];
  const tokens = await Promise.all(twice.map((scopes) => at(manager, scopes)));
  expect(new Set(tokens).size).toBe(30);
  expect(server.counts).toMatchObject({ requests: 30, refreshes: 30, reuses: 0, atOnce: 1 });
});

test('a refusal of one scope is remembered for that grant, and the others live on', async () => {
  const { clock, server, manager } = await world();
  const scopes = ['admin'];
  server.trouble.push(() => new TokenEndpointError({ code: 'invalid_grant', status: 400 }));
  expect(await codeOf(manager.getToken({ scopes }))).toBe('invalid_grant');
  await clock.advance(5_000);
  expect(await codeOf(manager.getToken({ scopes }))).toBe('invalid_grant');
  expect(server.counts.requests).toBe(1);
  expect(manager.state).toBe('valid');
  expect(await at(manager)).toBe('at-2');
  expect(await at(manager, ['write'])).toBe('at-3');
  // A new refresh token is a new grant: it may be allowed more.
  await clock.advance(5_000);
  expect(await at(manager, scopes)).toBe('at-4');
  expect(server.counts).toMatchObject({ requests: 3, reuses: 0 });
});

test('asks with claims never join a plain flight, and what they asked is not asked again', async () => {
  const { clock, server, manager, asked } = await world();
  await clock.advance(HOUR);
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
  const plain = Array.from({ length: 50 }, () => at(manager));
  const demanding = Array.from({ length: 50 }, async () => (await manager.getToken({ claims })).token);
  const [first] = await Promise.all(plain);
  const [second] = await Promise.all(demanding);
  expect(first).not.toBe(second);
  expect(asked.map((context) => context.claims)).toEqual([undefined, claims]);
  await clock.advance(HOUR);
  await Promise.all(Array.from({ length: 50 }, () => at(manager)));
  expect(asked.map((context) => context.claims)).toEqual([undefined, claims, undefined]);
  expect(server.counts).toMatchObject({ reuses: 0, atOnce: 1 });
});

test('a refusal of claims is its caller alone', async () => {
  const { server, manager } = await world();
  server.trouble.push(() => new TokenEndpointError({ code: 'interaction_required', status: 400 }));
  const claims = '{"access_token":{}}';
  expect(await codeOf(manager.getToken({ claims }))).toBe('interaction_required');
  expect(await at(manager)).toBe('at-2');
  expect(manager.state).toBe('valid');
  expect(await codeOf(manager.getToken({ claims }))).toBe('fine');
});

test('without refresh tokens: a thousand callers of two managers on one store acquire once', async () => {
  const clock = testClock();
  const { backend } = sharedStore();
  let acquired = 0;
  const provider: TokenProvider = {
    id: 'https://as.example machine',
    profile: STRICT_PROFILE,
    scopes: ['read'],
    async acquire() {
      const accessToken = `at-${++acquired}`;
      await new Promise((resolve) => setImmediate(resolve));
      return { accessToken, expiresAt: clock.now() + HOUR };
    },
  };
  const managers = [1, 2].map(() => createTokenManager({ provider, backend, clock }));
  for (const round of [1, 2, 3]) {
    const work = Promise.all(Array.from({ length: 500 }, () => managers.map((each) => at(each))).flat());
    let done = false;
    void work.finally(() => {
      done = true;
    });
    for (let turn = 0; !done && turn < 100; turn++) await clock.advance(100);
    expect(new Set(await work)).toEqual(new Set([`at-${round}`]));
    expect(acquired).toBe(round);
    await clock.advance(HOUR);
  }
});

test('the first failure of a renewal in the background hurts nobody', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const { clock, server, manager, types } = await world();
  server.trouble.push(() => new TokenEndpointError({ code: 'invalid_client', status: 401 }));
  expect(await at(manager)).toBe('at-2');
  await clock.advance(HOUR - 60_000);
  for (let call = 0; call < 100; call++) expect(await at(manager)).toBe('at-2');
  await clock.advance(100);
  expect(types()).toContain('renewal_failed');
  expect(await at(manager)).toBe('at-2');
  expect(server.counts.requests).toBe(1);
  await clock.advance(5_000);
  expect(await at(manager)).toBe('at-2');
  await clock.advance(100);
  expect(await at(manager)).toBe('at-3');
  expect(server.counts).toMatchObject({ requests: 2, refreshes: 1 });
  expect(unhandled).toEqual([]);
});
