import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { dpopServer } from '@everbearer/far-end/support/dpop-server';
import { newDpopKey, readTokens, resourceProver, sendTokenRequest } from '@everbearer/providers/oauth2';
import { expect, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { tokenServer } from '../support/token-server.ts';

/* A provider of one's own, of what is exported for it. */

function ownProvider(url: string): TokenProvider {
  return {
    id: 'own',
    profile: STRICT_PROFILE,
    scopes: [],
    prover: resourceProver(),
    async refresh({ refreshToken, dpopKey: known }, { scopes, signal, beforeSend }) {
      const dpopKey = known ?? (await newDpopKey());
      const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken };
      const reply = await sendTokenRequest({ url, clientId: 'app', parameters, dpopKey, signal, beforeSend });
      return readTokens(reply, { scopes, refreshToken, dpopKey });
    },
  };
}

async function managerOf(provider: TokenProvider) {
  const tokens = createTokenManager({ provider, backend: memoryBackend() });
  await tokens.signIn({ refreshToken: 'rt-1' });
  return tokens;
}

test('binds its tokens to a key, with the nonces of both servers, and keeps the key over renewals', async () => {
  await using server = await dpopServer();
  await using tokens = await managerOf(ownProvider(`${server.url}/token`));
  const call = createAuthFetch(tokens, { origins: [server.url] });
  expect((await call(`${server.url}/mail`)).status).toBe(200);
  await tokens.renew();
  expect((await call(`${server.url}/mail`)).status).toBe(200);
});

test('refuses what its server did not bind', async () => {
  const body = { access_token: 'at-1', token_type: 'Bearer', refresh_token: 'rt-2' };
  const server = await tokenServer({ body });
  await using tokens = await managerOf(ownProvider(`${server.url}/token`));
  expect(await captured(tokens.getToken())).toMatchObject({ code: 'invalid_response', retryable: false });
  expect(server.requests).toHaveLength(1);
});

test('dates its assertions by the clock that the server showed', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey: key } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const date = () => new Date(Date.now() + 600_000).toUTCString();
  const server = await tokenServer(() => ({ headers: { date: date() }, body: { access_token: 'at-1' } }));
  const send = () =>
    sendTokenRequest({
      url: `${server.url}/token`,
      clientId: 'app',
      clientAuthentication: { method: 'private_key_jwt', key },
      parameters: { grant_type: 'client_credentials' },
      signal: AbortSignal.timeout(5_000),
    });
  await send();
  await send();
  const [first = 0, second = 0] = server.requests.map(({ form }) => {
    const [, claims = ''] = form.get('client_assertion')?.split('.') ?? [];
    return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number }).exp;
  });
  expect(second - first).toBeGreaterThan(500);
});

test('a host that is nowhere is told at once, with nothing to wait for', async () => {
  const fetch = async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) });
  };
  const request = {
    url: 'https://own.example/token',
    parameters: {},
    signal: AbortSignal.timeout(5_000),
    fetch,
  };
  expect(await captured(sendTokenRequest(request))).toMatchObject({
    code: 'network',
    retryable: false,
    message: expect.stringContaining('own.example'),
  });
});
