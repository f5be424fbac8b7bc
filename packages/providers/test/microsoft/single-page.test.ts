import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { entraErrorOf, type MicrosoftOptions, microsoft } from '@everbearer/providers/microsoft';
import { authorizationCode } from '@everbearer/providers/sign-in';
import { expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { type TokenServer, tokenServer } from '../support/token-server.ts';

const origin = 'http://localhost:3000';
const HOUR_MS = 3_600_000;
const TOKENS = { token_type: 'Bearer', access_token: 'at-1', refresh_token: 'rt-2', expires_in: 3600 };

const appAt = (server: TokenServer, singlePageOrigin?: string) =>
  microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    singlePageOrigin,
    endpoints: { token: `${server.url}/token`, authorize: `${server.url}/authorize` },
  });

/** As Entra does where the redirect address is registered as that of a single-page application. */
const demandingOrigin = () =>
  tokenServer(({ headers }) => {
    if (headers.origin === origin) return { body: { ...TOKENS, refresh_token_expires_in: 86_399 } };
    const error_description =
      "AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.";
    return { status: 400, body: { error: 'invalid_request', error_codes: [9002327], error_description } };
  });

test('each token request carries the origin: of a code and of a refresh token', async () => {
  const server = await demandingOrigin();
  const provider = appAt(server, origin);
  const tokens = await authorizationCode(provider, {
    onUrl: async (url) => {
      const answer = new URL(url.searchParams.get('redirect_uri') ?? '');
      answer.searchParams.set('code', 'code-1');
      answer.searchParams.set('state', url.searchParams.get('state') ?? '');
      await (await fetch(answer)).text();
    },
  });
  expect(tokens.accessToken).toBe('at-1');
  await provider.refresh({ refreshToken: 'rt-1' }, context());
  expect(server.requests.map(({ headers, form }) => [headers.origin, form.get('grant_type')])).toEqual([
    [origin, 'authorization_code'],
    [origin, 'refresh_token'],
  ]);
});

test('without the option no origin is sent, and the refusal says how to register the address', async () => {
  const server = await demandingOrigin();
  const error = await refusal(appAt(server).refresh({ refreshToken: 'rt-1' }, context()));
  expect(server.last.headers).not.toHaveProperty('origin');
  expect(error.description).toContain("'Mobile and desktop' or 'Web'");
  expect(entraErrorOf(error)?.kind).toBe('configuration');
});

test('the refresh token ends when the server says, else 24 hours after the sign-in', async () => {
  const server = await demandingOrigin();
  const provider = appAt(server, origin);
  expect(provider.profile).toMatchObject({ refreshTokenLifetimeMs: 24 * HOUR_MS, slidingWindow: false });
  const manager = createTokenManager({ provider, backend: memoryBackend() });
  await manager.signIn({ refreshToken: 'rt-1' });
  const before = (await manager.status()).session?.expiresAt ?? 0;
  expect(before - Date.now()).toBeGreaterThan(23.9 * HOUR_MS);
  expect(before - Date.now()).toBeLessThanOrEqual(24 * HOUR_MS);
  await manager.getToken();
  const after = (await manager.status()).session;
  expect(after?.expiresAt).toBeLessThanOrEqual(Date.now() + 86_399_000);
  expect(after?.daysLeft).toBe(0);
  await manager.close();
});

test('after these hours the session is over, and says why and what to do', async () => {
  const server = await tokenServer({
    status: 400,
    body: {
      error: 'invalid_grant',
      error_codes: [700084],
      error_description:
        'AADSTS700084: The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended.',
    },
  });
  const manager = createTokenManager({ provider: appAt(server, origin), backend: memoryBackend() });
  await manager.signIn({ refreshToken: 'rt-1' });
  const error = await captured(manager.getToken());
  expect(error).toMatchObject({
    code: 'revoked',
    cause: { description: expect.stringContaining('end 24 hours after sign-in: sign in again, or register') },
  });
  await captured(manager.getToken());
  expect(server.requests).toHaveLength(1);
  await manager.close();
});

test.each<[string, Partial<MicrosoftOptions>]>([
  ['a path', { singlePageOrigin: 'https://app.example.com/' }],
  ['no address', { singlePageOrigin: 'app.example.com' }],
  ['plain http elsewhere', { singlePageOrigin: 'http://app.example.com' }],
  ['a confidential client', { singlePageOrigin: origin, clientSecret: 'secret-1' }],
])('%s is refused', (_name, options) => {
  const make = () =>
    microsoft({ tenantId: 't', clientId: 'c', scopes: ['Mail.Read'], ...options, grant: undefined });
  expect(make).toThrow(expect.objectContaining({ option: 'singlePageOrigin' }));
});
