import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryBackend } from '@everbearer/backends/memory';
import {
  createAccounts,
  createAuthFetch,
  createTokenManager,
  seedFrom,
  TokenEndpointError,
} from '@everbearer/core';
import type { TokenBackend, TokenProvider } from '@everbearer/core/contract';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { microsoft } from '@everbearer/providers/microsoft';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { captured } from '../support/captured-error.ts';

/*
 * What docs/moving-from-o365.md says of the behaviours of Python-O365, as far as it is the work of several packages
 * together; the rest is held by the tests of each package.
 */

let farEnd: FarEnd;
beforeAll(async () => {
  farEnd = await startFarEnd();
});
afterAll(() => farEnd.stop());

let before: Awaited<ReturnType<FarEnd['control']['counts']>>;
beforeEach(async () => {
  await farEnd.control.clearScript();
  before = await farEnd.control.counts();
});

/** What was counted since the test began. */
async function since() {
  const { authorizationServer: server, mailApi } = await farEnd.control.counts();
  return {
    refreshes: server.refreshes - before.authorizationServer.refreshes,
    tokenRequests: server.tokenRequests - before.authorizationServer.tokenRequests,
    requests: mailApi.requests - before.mailApi.requests,
    bare: mailApi.bare - before.mailApi.bare,
    ok: mailApi.ok - before.mailApi.ok,
  };
}

const entra = (changes: object = {}) =>
  microsoft({
    tenantId: farEnd.tenantId,
    clientId: farEnd.clientId,
    scopes: ['Mail.Read'],
    endpoints: { token: farEnd.tokenEndpoint },
    ...changes,
  });

async function refreshTokenOf(account?: string): Promise<string> {
  const options = { scopes: ['Mail.Read', 'offline_access'], ...(account !== undefined && { account }) };
  return (await farEnd.control.signIn(options)).refresh_token as string;
}

async function signedIn(backend: TokenBackend = memoryBackend(), provider: TokenProvider = entra()) {
  const tokens = createTokenManager({ provider, backend });
  await tokens.signIn({ refreshToken: await refreshTokenOf() });
  return { tokens, authFetch: createAuthFetch(tokens, { origins: [farEnd.apiUrl] }) };
}

const me = () => `${farEnd.apiUrl}/v1.0/me`;

test('scopes are taken as they are written, once and for all', () => {
  const scopes = ['mailbox', 'https://graph.microsoft.com/Mail.Send'];
  const provider = entra({ scopes });
  scopes.push('User.Read');
  expect(provider.scopes).toEqual(['mailbox', 'https://graph.microsoft.com/Mail.Send']);
  expect(Object.isFrozen(provider.scopes)).toBe(true);
});

test('a read-only place is read and never written', async () => {
  const refreshToken = await refreshTokenOf();
  const saves: string[] = [];
  const backend: TokenBackend = {
    capabilities: { cas: 'none', durable: true, writable: false },
    load: async () => ({ data: refreshToken, version: '1' }),
    async save(_key, data) {
      saves.push(data);
      return '2';
    },
  };
  const tokens = createTokenManager({ provider: entra(), backend: seedFrom(backend) });
  expect((await createAuthFetch(tokens, { origins: [farEnd.apiUrl] })(me())).status).toBe(200);
  await tokens.renew();
  expect(saves).toEqual([]);
  expect(await tokens.status()).toMatchObject({ guarantee: 'read-only' });
});

test('wrong client credentials are a typed error, and nothing is lost', async () => {
  const { tokens } = await signedIn(memoryBackend(), entra({ clientId: 'nobody' }));
  await expect(tokens.getToken()).rejects.toMatchObject({ name: 'TokenEndpointError' });
  expect(await tokens.status()).toMatchObject({ session: { ageMs: expect.any(Number) } });
  expect((await since()).requests).toBe(0);
});

test('a cold start sends one request, and that bears a token', async () => {
  const { authFetch } = await signedIn();
  expect((await authFetch(me())).status).toBe(200);
  expect(await since()).toEqual({ refreshes: 1, tokenRequests: 1, requests: 1, bare: 0, ok: 1 });
});

test('without tokens nothing is sent', async () => {
  const tokens = createTokenManager({ provider: entra(), backend: memoryBackend() });
  expect(await tokens.status()).toMatchObject({ state: 'reauthorization_required' });
  const authFetch = createAuthFetch(tokens, { origins: [farEnd.apiUrl] });
  await expect(authFetch(me())).rejects.toMatchObject({ code: 'no_credential' });
  expect(await since()).toMatchObject({ requests: 0, tokenRequests: 0 });
});

test('a token revoked early is renewed although the clock calls it good', async () => {
  const { authFetch } = await signedIn();
  await authFetch(me());
  await farEnd.control.revokeAccessTokens();
  expect((await authFetch(me())).status).toBe(200);
  expect(await since()).toMatchObject({ refreshes: 2, requests: 3, bare: 0 });
});

test('a refusal of the refresh token is final only when nobody signed in meanwhile', async () => {
  const backend = memoryBackend();
  const honest = entra();
  const elsewhere = createTokenManager({ provider: honest, backend });
  let renewals = 0;
  const provider: TokenProvider = {
    ...honest,
    async refresh(credential, context) {
      if (renewals++ > 0) return honest.refresh(credential, context);
      await elsewhere.signIn({ refreshToken: await refreshTokenOf() });
      throw new TokenEndpointError({ code: 'invalid_grant', status: 400 });
    },
  };
  const { authFetch } = await signedIn(backend, provider);
  expect((await authFetch(me())).status).toBe(200);
  expect(renewals).toBe(2);
});

test('two people at once: each call bears the token of its own', async () => {
  const accounts = createAccounts({ provider: entra(), backend: memoryBackend() });
  const people = farEnd.accounts.map(({ username }) => username);
  for (const account of people)
    await accounts.for(account).signIn({ refreshToken: await refreshTokenOf(account) });
  const authFetch = createAuthFetch(({ account = '' }) => accounts.for(account), {
    origins: [farEnd.apiUrl],
  });
  const calls = Array.from({ length: 40 }, async (_, index) => {
    const account = people[index % people.length] as string;
    const response = await authFetch(me(), { auth: { account } });
    return [account, ((await response.json()) as { userPrincipalName: string }).userPrincipalName];
  });
  for (const [asked, answered] of await Promise.all(calls)) expect(answered).toBe(asked);
  expect((await since()).refreshes).toBe(people.length);
});

test('a 429 of the API is the caller’s: its Retry-After is there, and nothing is renewed', async () => {
  const { authFetch } = await signedIn();
  await farEnd.control.scriptApi({ status: 429, headers: { 'retry-after': '7' } });
  const response = await authFetch(me());
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('7');
  expect(await since()).toMatchObject({ refreshes: 1, requests: 1 });
});

test('a redirect to another origin does not take the token along', async () => {
  const seen: (string | undefined)[] = [];
  const listen = (location?: string) =>
    new Promise<string>((resolve) => {
      const server = createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.writeHead(location ? 302 : 200, location ? { location } : {}).end();
      });
      onTestFinished(() => void server.close());
      server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
    });
  const foreign = await listen();
  const own = await listen(foreign);
  const { tokens } = await signedIn();
  const response = await createAuthFetch(tokens, { origins: [own] })(own);
  expect(response.url).toBe(`${foreign}/`);
  expect(seen).toEqual([expect.stringMatching(/^Bearer ./), undefined]);
});

test('an application acting as itself gets its next token by the scopes of the configuration', async () => {
  const { clientId, clientSecret } = farEnd.daemon as { clientId: string; clientSecret: string };
  const scopes = ['https://graph.microsoft.com/.default'];
  const provider = entra({ clientId, clientSecret, scopes, grant: 'client_credentials' });
  const tokens = createTokenManager({ provider, backend: memoryBackend() });
  const authFetch = createAuthFetch(tokens, { origins: [farEnd.apiUrl] });
  await farEnd.control.setAccessTokenLife(2_000);
  onTestFinished(() => farEnd.control.setAccessTokenLife(3_600_000));
  for (let life = 0; life < 3; life++) {
    const { expiresAt = 0 } = await tokens.getToken();
    expect((await authFetch(`${farEnd.apiUrl}/v1.0/me/mailFolders/inbox`)).status).not.toBe(401);
    while (Date.now() <= expiresAt) await pause(50);
  }
  const { tokenRequests, bare, ok } = await since();
  expect(tokenRequests).toBeGreaterThanOrEqual(3);
  expect({ bare, ok }).toEqual({ bare: 0, ok: 3 });
});

test('no token shows in what an ordinary bad day throws and reports', async () => {
  const events: unknown[] = [];
  const tokens = createTokenManager({
    provider: entra(),
    backend: memoryBackend(),
    onEvent: (event) => void events.push(event),
  });
  await tokens.signIn({ refreshToken: await refreshTokenOf() });
  await tokens.getToken();
  await farEnd.control.revokeFamily();
  const error = await captured(tokens.renew());
  const shown = JSON.stringify([events, error, await tokens.status(), String(error)]);
  for (const secret of await farEnd.control.secrets()) expect(shown).not.toContain(secret);
  expect(events.length).toBeGreaterThan(3);
});
