import { memoryBackend } from '@everbearer/backends/memory';
import {
  createAccounts,
  createAuthFetch,
  createTokenManager,
  type TokenManagerOptions,
} from '@everbearer/core';
import { dpopServer } from '@everbearer/far-end/support/dpop-server';
import { everythingShownBy } from '@everbearer/far-end/support/everything-shown';
import { bearerAuth } from '@everbearer/ky-plugin';
import { type OAuth2Options, oauth2 } from '@everbearer/providers/oauth2';
import { beginSignIn, finishSignIn } from '@everbearer/providers/sign-in';
import ky from 'ky';
import { describe, expect, test } from 'vitest';
import { captured, expectNoSecret } from '../support/captured-error.ts';
import { tokenServer } from '../support/token-server.ts';

/* Tokens bound to a key, at servers that accept them with a proof alone. */

async function setUp(options: Partial<TokenManagerOptions> = {}) {
  const server = await dpopServer();
  const provider = () => userProvider(server.url);
  const backend = memoryBackend();
  const manager = () => createTokenManager({ provider: provider(), backend, ...options });
  const tokens = manager();
  await tokens.signIn({ refreshToken: 'rt-1' });
  return {
    server,
    manager,
    backend,
    tokens,
    authFetch: createAuthFetch(tokens, { origins: [server.url] }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function applicationProvider(url: string) {
  return oauth2({
    tokenEndpoint: `${url}/token`,
    clientId: 'app',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'a-secret' },
    grant: 'client_credentials',
    scopes: [],
    dpop: true,
  });
}

function userProvider(url: string, options: Partial<OAuth2Options> & { grant?: 'refresh_token' } = {}) {
  const tokenEndpoint = `${url}/token`;
  return oauth2({ tokenEndpoint, clientId: 'app', scopes: ['mail'], dpop: true, ...options });
}

test('a call bears a DPoP token and a proof for its own method and URL, with the nonces that both servers ask for', async () => {
  await using world = await setUp();
  const response = await world.authFetch(`${world.server.url}/mail?top=1#end`, {
    method: 'POST',
    body: 'text',
  });
  expect(await response.json()).toEqual({ path: '/mail', body: 'text' });
  expect(world.server.seen.map(({ path, status, proof }) => [path, status, proof.fault])).toEqual([
    ['/token', 400, 'use_dpop_nonce'],
    ['/token', 200, undefined],
    ['/mail', 401, 'use_dpop_nonce'],
    ['/mail', 200, undefined],
  ]);
});

test('known nonces cost no second request, and new ones cost one', async () => {
  await using world = await setUp();
  await world.authFetch(`${world.server.url}/mail`);
  const before = world.server.seen.length;
  await world.authFetch(`${world.server.url}/mail`);
  expect(world.server.seen.length - before).toBe(1);
  world.server.changeNonces();
  expect((await world.authFetch(`${world.server.url}/mail`)).status).toBe(200);
  expect(world.server.seen.length - before).toBe(3);
});

test('calls at the same time are each repeated with a nonce, and cost no renewal', async () => {
  await using world = await setUp();
  await world.authFetch(`${world.server.url}/mail`);
  for (const change of [world.server.changeNonces, world.server.useNoncesOnce]) {
    change();
    const before = world.server.seen.length;
    const calls = Array.from({ length: 20 }, () => world.authFetch(`${world.server.url}/mail`));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200));
    const seen = world.server.seen.slice(before);
    expect(seen.filter(({ path }) => path === '/token')).toEqual([]);
    expect(seen.length).toBeLessThanOrEqual(2 * calls.length);
  }
});

test('renewals of many accounts at the same time are each repeated with a nonce', async () => {
  await using server = await dpopServer();
  const provider = applicationProvider(server.url);
  const accounts = createAccounts({ provider, backend: memoryBackend() });
  const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => accounts.for(name).getToken()));
  expect(new Set(all.map(({ token }) => token)).size).toBe(5);
  expect(server.seen.length).toBeLessThanOrEqual(10);
});

test.each([
  ['10 minutes ahead', 600_000],
  ['10 minutes behind', -600_000],
])("a proof is made by the server's clock, which is %s of ours", async (_what, aheadMs) => {
  await using world = await setUp();
  world.server.setClockAhead(aheadMs);
  expect((await world.authFetch(`${world.server.url}/mail`)).status).toBe(200);
  const before = world.server.seen.length;
  expect((await world.authFetch(`${world.server.url}/mail`)).status).toBe(200);
  expect(world.server.seen.length - before).toBe(1);
});

test('a method is written in the proof as fetch sends it', async () => {
  await using world = await setUp();
  expect((await world.authFetch(`${world.server.url}/mail`, { method: 'post', body: 'a' })).status).toBe(200);
  expect((await world.authFetch(`${world.server.url}/mail`, { method: 'PATCH', body: 'a' })).status).toBe(
    200,
  );
});

test('a rejected token is renewed, and the request is sent again with a new proof', async () => {
  await using world = await setUp();
  await world.authFetch(`${world.server.url}/mail`);
  world.server.revokeAccess();
  const api = ky.extend(bearerAuth(world.tokens, { origins: [world.server.url] }));
  expect(await api.post(`${world.server.url}/send`, { json: { a: 1 } }).json()).toMatchObject({
    path: '/send',
  });
  expect(world.server.seen.slice(-3).map(({ path, status }) => [path, status])).toEqual([
    ['/send', 401],
    ['/token', 200],
    ['/send', 200],
  ]);
});

test('processes that share a record share its key, renewal after renewal', async () => {
  await using world = await setUp();
  await world.tokens.getToken();
  for (const _ of [1, 2, 3]) {
    const other = world.manager();
    const fetch = createAuthFetch(other, { origins: [world.server.url] });
    expect((await fetch(`${world.server.url}/mail`)).status).toBe(200);
    await other.renew();
    await other.close();
  }
  const keys = new Set(world.server.seen.map(({ proof }) => proof.jkt));
  expect(keys.size).toBe(1);
  expect((await world.tokens.status()).state).not.toBe('reauthorization_required');
});

test('each sign-in has a key of its own, and tokens that came with one keep it', async () => {
  await using world = await setUp();
  await world.tokens.getToken();
  const [first] = world.server.seen;
  const { dpopKey, refreshToken } = await recordOf(world.backend);
  const moved = createTokenManager({ provider: userProvider(world.server.url), backend: memoryBackend() });
  await moved.signIn({ refreshToken, dpopKey });
  await moved.getToken();
  expect(world.server.seen.at(-1)?.proof.jkt).toBe(first?.proof.jkt);
});

test('a second consent that brings no refresh token leaves the first one its key', async () => {
  await using world = await setUp();
  const { server, tokens } = world;
  await tokens.getToken();
  const { dpopKey, refreshToken } = await recordOf(world.backend);
  const user = { id: 'ada' };
  await tokens.signIn({ refreshToken, dpopKey, user });
  const again = await beginSignIn(
    userProvider(server.url, { authorizationEndpoint: `${server.url}/authorize` }),
    { redirectUri: 'https://app.example/callback' },
  );
  await tokens.signIn({ accessToken: 'at-9', tokenType: 'DPoP', dpopKey: again.pending.dpopKey, user });
  expect((await tokens.status()).state).toBe('valid');
  await tokens.renew();
  const renewals = server.seen.filter(({ path, status }) => path === '/token' && status === 200);
  expect(renewals).toHaveLength(2);
  expect(renewals[1]?.proof.jkt).toBe(renewals[0]?.proof.jkt);
});

test('an application has bound tokens as well', async () => {
  await using server = await dpopServer();
  const provider = applicationProvider(server.url);
  const tokens = createTokenManager({ provider, backend: memoryBackend() });
  const fetch = createAuthFetch(tokens, { origins: [server.url] });
  expect((await fetch(`${server.url}/mail`)).status).toBe(200);
  await tokens.renew();
  expect((await fetch(`${server.url}/mail`)).status).toBe(200);
});

test('a body that cannot be sent twice comes back with its 401 where a nonce was wanted, and the next call goes through', async () => {
  await using world = await setUp();
  await world.tokens.getToken();
  const body = new Blob(['text']).stream();
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
  expect((await world.authFetch(`${world.server.url}/mail`, init)).status).toBe(401);
  expect((await world.authFetch(`${world.server.url}/mail`)).status).toBe(200);
  // Its token is as good as before.
  expect(world.server.seen.filter(({ path, status }) => path === '/token' && status === 200)).toHaveLength(1);
});

test('the key is shown nowhere', async () => {
  const events: unknown[] = [];
  await using world = await setUp({ onEvent: (event) => void events.push(event) });
  await world.authFetch(`${world.server.url}/mail`);
  const { dpopKey = '' } = await recordOf(world.backend);
  const secret = (JSON.parse(dpopKey) as JsonWebKey).d as string;
  expect(secret).toHaveLength(43);
  const token = await world.tokens.getToken();
  const shown = everythingShownBy([world.tokens, token, events, await world.tokens.status()]);
  expect(shown.filter((text) => text.includes(secret))).toEqual([]);
});

test('a server that binds tokens unasked is named, with the option to set', async () => {
  await using server = await dpopServer();
  const answer = { access_token: 'at', token_type: 'DPoP', refresh_token: 'rt-9' };
  const provider = oauth2({
    tokenEndpoint: `${server.url}/token`,
    clientId: 'app',
    scopes: [],
    fetch: async () => Response.json(answer),
  });
  const tokens = createTokenManager({ provider, backend: memoryBackend() });
  await tokens.signIn({ refreshToken: 'rt-1' });
  expect(await captured(tokens.getToken())).toMatchObject({
    message: expect.stringContaining('`dpop: true`'),
  });
});

test.each([
  ['not JSON', 'a-key'],
  ['a public key', JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' })],
  ['of another kind', JSON.stringify({ kty: 'oct', k: 'secret-of-mine' })],
])('a key that is %s is named, and nothing is sent', async (_what, dpopKey) => {
  await using server = await dpopServer();
  const tokens = createTokenManager({ provider: userProvider(server.url), backend: memoryBackend() });
  await tokens.signIn({ refreshToken: 'rt-1', dpopKey });
  const error = await captured(tokens.getToken());
  expect(error).toMatchObject({ message: expect.stringContaining('P-256') });
  expectNoSecret(error, 'secret-of-mine');
  expect(server.seen).toEqual([]);
});

test.each([
  ['sends none', {}, 'sent none in the header DPoP-Nonce'],
  ['refuses its own', { 'dpop-nonce': 'n' }, 'than the one that it had just sent'],
])('a token endpoint that wants a nonce and %s is named', async (_what, headers, says) => {
  const server = await tokenServer({ status: 400, headers, body: { error: 'use_dpop_nonce' } });
  const tokens = createTokenManager({ provider: userProvider(server.url), backend: memoryBackend() });
  await tokens.signIn({ refreshToken: 'rt-1' });
  expect(await captured(tokens.getToken())).toMatchObject({
    code: 'use_dpop_nonce',
    message: expect.stringContaining(says),
  });
  expect(server.requests.length).toBeLessThanOrEqual(4);
});

test('bound tokens cannot be signed in with where nothing makes proofs, and nothing is stored', async () => {
  const provider = userProvider('https://login.example', { dpop: false });
  const tokens = createTokenManager({ provider, backend: memoryBackend() });
  const { dpopKey } = await beginSignIn(
    userProvider('https://login.example', { authorizationEndpoint: 'https://login.example/authorize' }),
    { redirectUri: 'https://app.example/callback' },
  ).then(({ pending }) => pending);
  const bound = { accessToken: 'at', tokenType: 'DPoP', dpopKey };
  expect(await captured(tokens.signIn(bound))).toMatchObject({
    option: 'tokens.accessToken',
    message: expect.stringContaining('`dpop: true`'),
  });
  expect((await tokens.status()).state).toBe('reauthorization_required');
});

describe('a server that leaves the proof aside, and issues Bearer tokens', () => {
  const BEARER = { token_type: 'Bearer', access_token: 'at-unbound', refresh_token: 'rt-2', expires_in: 60 };

  async function at(answer: object, dpop: true | 'optional') {
    const server = await tokenServer({ body: answer });
    const provider = userProvider(server.url, { dpop, authorizationEndpoint: `${server.url}/authorize` });
    const backend = memoryBackend();
    const tokens = createTokenManager({ provider, backend });
    await tokens.signIn({ refreshToken: 'rt-1' });
    return { server, provider, tokens, backend };
  }

  test.each<[string, object]>([
    ['as Bearer', BEARER],
    ['without a type', { ...BEARER, token_type: undefined }],
  ])(
    '%s: the token is never sent, the option is named, and the new refresh token is kept',
    async (_name, answer) => {
      const { server, tokens, backend } = await at(answer, true);
      const error = await captured(tokens.getToken());
      expect(error).toMatchObject({ code: 'invalid_response', retryable: false });
      for (const words of ['Bearer', '`dpop: true`', "`dpop: 'optional'`"])
        expect((error as Error).message).toContain(words);
      expectNoSecret(error, 'at-unbound', 'rt-1', 'rt-2');
      expect(tokens.peek()).toBeUndefined();
      expect((await recordOf(backend)).refreshToken).toBe('rt-2');
      expect(server.requests).toHaveLength(1);
    },
  );

  test('a sign-in ends with the same words', async () => {
    const { provider } = await at(BEARER, true);
    const redirectUri = 'https://app.example/callback';
    const { url, pending } = await beginSignIn(provider, { redirectUri });
    const callback = `${redirectUri}?code=c&state=${url.searchParams.get('state')}`;
    expect(await captured(finishSignIn(provider, callback, pending))).toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining("`dpop: 'optional'`"),
    });
  });

  test("with `dpop: 'optional'` it is sent as Bearer, and a bound one with its proof", async () => {
    const { tokens } = await at(BEARER, 'optional');
    expect(await tokens.getToken()).toMatchObject({ token: 'at-unbound', dpop: undefined });
    await using server = await dpopServer();
    const provider = userProvider(server.url, { dpop: 'optional' });
    const bound = createTokenManager({ provider, backend: memoryBackend() });
    await bound.signIn({ refreshToken: 'rt-1' });
    const call = createAuthFetch(bound, { origins: [server.url] });
    expect((await call(`${server.url}/mail`)).status).toBe(200);
  });
});

test("`dpop` must be true, false or 'optional'", async () => {
  const error = await captured(
    Promise.resolve().then(() => userProvider('https://login.example', { dpop: 'yes' as never })),
  );
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'dpop' });
});

test('with and without a key, providers share no record', () => {
  const url = 'https://login.example';
  expect(userProvider(url).id).not.toBe(userProvider(url, { dpop: false }).id);
  expect(userProvider(url, { dpop: false }).id).toBe(userProvider(url, { dpop: undefined }).id);
});

/** The grant in the only record of a backend. */
async function recordOf(backend: ReturnType<typeof memoryBackend>) {
  let key = '';
  for await (const each of backend.list?.() ?? []) key = each;
  const stored = await backend.load(key);
  const { grant } = JSON.parse(stored?.data ?? '') as {
    grant: { dpopKey?: string; refreshToken: string };
  };
  return grant;
}
