import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublicClientApplication } from '@azure/msal-node';
import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { createAccounts, createAuthFetch, createTokenManager, seedFrom } from '@everbearer/core';
import type { TokenProvider } from '@everbearer/core/contract';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { type ImportedTokens, importTokens, rawSeed } from '@everbearer/providers/import';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2, profiles } from '@everbearer/providers/oauth2';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { written } from './import-row.ts';

/** Strict: a refresh token is good for one use, and a second use ends the session. */
let farEnd: FarEnd;
beforeAll(async () => {
  farEnd = await startFarEnd();
});
afterAll(() => farEnd.stop());

const ADA = 'ada@contoso.example';
const GRACE = 'grace@contoso.example';
type Reply = Awaited<ReturnType<FarEnd['control']['signIn']>>;

/** The file that Python-O365 2.0 left behind two months ago. */
function o365File(reply: Reply): string {
  const expires_at = Date.now() / 1000 - 60 * 86_400;
  return written({ ...reply, scope: reply.scope?.split(' '), expires_at });
}

/** The cache that Python-O365 2.1 left behind: access tokens have ended, and MSAL removed them. */
function msalCache(replies: readonly Reply[]): string {
  const { clientId, tenantId, accounts } = farEnd;
  const environment = 'login.microsoftonline.com';
  const entries = replies.map((reply, index) => {
    const { id, username } = accounts[index] as (typeof accounts)[number];
    const home_account_id = `${id}.${tenantId}`;
    return { reply, username, home_account_id, local_account_id: id };
  });
  const refresh = entries.map(({ reply, home_account_id }) => [
    `${home_account_id}-${environment}-refreshtoken-${clientId}--mail.read`,
    {
      credential_type: 'RefreshToken',
      secret: reply.refresh_token,
      home_account_id,
      environment,
      client_id: clientId,
      target: 'Mail.Read openid profile',
      last_modification_time: '1760000000',
    },
  ]);
  const account = entries.map(({ home_account_id, local_account_id, username }) => [
    `${home_account_id}-${environment}-${tenantId}`,
    { home_account_id, environment, realm: tenantId, local_account_id, username, authority_type: 'MSSTS' },
  ]);
  return written({
    AccessToken: {},
    Account: Object.fromEntries(account),
    IdToken: {},
    RefreshToken: Object.fromEntries(refresh),
    AppMetadata: {},
  });
}

/** The cache of msal-node, written by msal-node itself. */
async function msalNodeCache(replies: readonly Reply[]): Promise<string> {
  const application = new PublicClientApplication({
    auth: {
      clientId: farEnd.clientId,
      authority: `https://login.microsoftonline.com/${farEnd.tenantId}`,
      authorityMetadata: JSON.stringify(farEnd.metadata),
    },
  });
  for (const { refresh_token: refreshToken = '' } of replies)
    await application.acquireTokenByRefreshToken({ refreshToken, scopes: ['Mail.Read'], forceCache: true });
  return application.getTokenCache().serialize();
}

const PROVIDERS: Record<string, (imported: ImportedTokens) => TokenProvider> = {
  'microsoft()': ({ clientId = '', tenantId = '', scopes }) =>
    microsoft({ clientId, tenantId, scopes, endpoints: { token: farEnd.tokenEndpoint } }),
  'oauth2()': ({ clientId = '', scopes }) =>
    oauth2({ clientId, scopes, tokenEndpoint: farEnd.tokenEndpoint }),
};

async function signedIn(...usernames: string[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const account of usernames)
    replies.push(await farEnd.control.signIn({ account, scopes: ['Mail.Read', 'offline_access', 'openid'] }));
  return replies;
}

async function whoAmI(authFetch: typeof fetch): Promise<string> {
  const response = await authFetch(`${farEnd.apiUrl}/v1.0/me`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { userPrincipalName: string }).userPrincipalName;
}

describe.each(Object.entries(PROVIDERS))('at %s', (_, providerFor) => {
  let before: Awaited<ReturnType<FarEnd['control']['counts']>>;
  beforeEach(async () => {
    before = await farEnd.control.counts();
  });

  /** Redeemed once for each account, and nobody was asked for anything. */
  async function expectRenewals(renewals: number, spentBefore = 0): Promise<void> {
    const { authorizationServer: now, mailApi } = await farEnd.control.counts();
    expect(now.refreshes - before.authorizationServer.refreshes - spentBefore).toBe(renewals);
    expect(now.familiesRevoked).toBe(before.authorizationServer.familiesRevoked);
    expect(await farEnd.control.pendingUserCodes()).toEqual([]);
    expect(mailApi.bare).toBe(0);
  }

  test('a token file of O365 2.0: the next call bears a renewed token, and a restart needs no other', async () => {
    const [reply] = await signedIn(ADA);
    const [imported, ...others] = importTokens(o365File(reply as Reply));
    expect(others).toEqual([]);
    expect(imported).toMatchObject({
      account: ADA,
      clientId: farEnd.clientId,
      tenantId: farEnd.tenantId,
      scopes: ['Mail.Read'],
    });
    const directory = mkdtempSync(join(tmpdir(), 'moving-in-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const start = () => {
      const backend = fileBackend({ directory });
      const provider = providerFor(imported as ImportedTokens);
      const tokens = createTokenManager({ provider, backend, account: imported?.account as string });
      return { tokens, authFetch: createAuthFetch(tokens, { origins: [farEnd.apiUrl] }) };
    };
    const first = start();
    await first.tokens.signIn((imported as ImportedTokens).tokenSet);
    expect(await whoAmI(first.authFetch)).toBe(ADA);
    await first.tokens.close();
    expect(await whoAmI(start().authFetch)).toBe(ADA);
    await expectRenewals(1);
  });

  test.each([
    ['O365 2.1', msalCache, 0],
    ['msal-node', msalNodeCache, 2],
  ] as const)('the cache of %s: every account goes on', async (_name, cacheOf, spentBefore) => {
    const imported = importTokens(await cacheOf(await signedIn(ADA, GRACE)));
    expect(imported.map(({ account }) => account)).toEqual([ADA, GRACE]);
    const provider = providerFor(imported[0] as ImportedTokens);
    const accounts = createAccounts({ provider, backend: memoryBackend() });
    const authFetch = createAuthFetch(({ account = '' }) => accounts.for(account), {
      origins: [farEnd.apiUrl],
    });
    for (const { account, tokenSet } of imported) await accounts.for(account).signIn(tokenSet);
    for (const account of [ADA, GRACE]) {
      const response = await authFetch(`${farEnd.apiUrl}/v1.0/me`, { auth: { account } });
      expect(await response.json()).toMatchObject({ userPrincipalName: account });
    }
    await expectRenewals(2, spentBefore);
    await accounts.close();
  });

  test('a raw seed starts the family elsewhere', async () => {
    const [reply] = await signedIn(ADA);
    const [imported] = importTokens(o365File(reply as Reply)) as [ImportedTokens];
    const seedText = rawSeed(imported.tokenSet);
    const seed = {
      capabilities: { cas: 'none', durable: true, writable: false },
      load: async () => ({ data: seedText, version: '1' }),
      save: () => Promise.reject(new Error('read-only')),
    } as const;
    const tokens = createTokenManager({
      provider: providerFor(imported),
      backend: memoryBackend(),
      seed: seedFrom(seed),
    });
    expect(await whoAmI(createAuthFetch(tokens, { origins: [farEnd.apiUrl] }))).toBe(ADA);
    await expectRenewals(1);
  });

  test('a refresh token that died meanwhile is told at the first call, not an hour later', async () => {
    const [reply] = await signedIn(GRACE);
    await farEnd.control.revokeFamily(GRACE);
    const [imported] = importTokens(o365File(reply as Reply)) as [ImportedTokens];
    const tokens = createTokenManager({ provider: providerFor(imported), backend: memoryBackend() });
    await tokens.signIn(imported.tokenSet);
    await expect(tokens.getToken()).rejects.toMatchObject({
      name: 'ReauthorizationRequiredError',
      code: 'revoked',
    });
  });
});

test.each([
  'rt-1',
  ' one  two ',
  'Bearer x',
  '"quoted"',
  '{"refresh_token":"other"}',
  '[1]',
  btoa('{"refresh_token":"other"}'),
  btoa('{ "refresh_token": "other" }'),
  btoa('{\n"refresh_token":"other"}'),
  'x'.repeat(17_408),
])('a seed of %j is read again as it was written', async (refreshToken) => {
  const presented: string[] = [];
  const text = rawSeed({ refreshToken });
  const tokens = createTokenManager({
    provider: {
      id: 'as',
      profile: profiles.entra,
      scopes: ['read'],
      async refresh(credential) {
        presented.push(credential.refreshToken);
        return { accessToken: 'at-1' };
      },
    },
    backend: memoryBackend(),
    seed: seedFrom({
      capabilities: { cas: 'none', durable: true, writable: false },
      load: async () => ({ data: text, version: '1' }),
      save: () => Promise.reject(new Error('read-only')),
    }),
  });
  await tokens.getToken();
  expect(presented).toEqual([refreshToken]);
});

test('without a refresh token there is no seed', () => {
  expect(() => rawSeed({ accessToken: 'at' })).toThrow('offline_access');
  expect(() => rawSeed({ refresh_token: 'rt' } as object)).toThrow('Pass fromTokenResponse(tokens)');
});
