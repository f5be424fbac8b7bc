import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import ky from 'ky';
import { expect, test } from 'vitest';
import { answerIn } from '../../src/wire/answered.ts';
import { captured } from '../support/captured-error.ts';
import { ask, credential, TOKENS } from '../support/oauth2-fixture.ts';
import { tokenServer } from '../support/token-server.ts';

/* A `fetch` of the caller's that throws for a status, as ky does where it is not told otherwise. */

const throwing = ((url: string, init: object) => ky(url, init)) as typeof fetch;

/** A provider of that server, over a fetch that throws for a status. */
const refusedBy = (url: string) =>
  oauth2({ tokenEndpoint: `${url}/token`, clientId: 'a', scopes: ['b'], fetch: throwing });

test('a refusal is one: it is asked once, and a person must sign in', async () => {
  await using server = await createAuthorizationServer();
  const provider = oauth2({ ...server.oauth2Options(), scopes: ['Mail.Read'], fetch: throwing });
  await using tokens = createTokenManager({ provider, backend: memoryBackend() });
  await tokens.signIn({ refreshToken: 'never-issued' });
  expect(await captured(tokens.getToken())).toMatchObject({ name: 'ReauthorizationRequiredError' });
  expect(await tokens.status()).toMatchObject({ state: 'reauthorization_required' });
  expect(server.counts.tokenRequests).toBe(1);
});

test('status, words and Retry-After are those of the server', async () => {
  const server = await tokenServer();
  const reply = { error: 'temporarily_unavailable', error_description: 'Back at noon.' };
  server.answer(() => ({ status: 503, body: reply, headers: { 'retry-after': '7' } }));
  const provider = refusedBy(server.url);
  expect(await captured(provider.refresh(credential, ask()))).toMatchObject({
    code: 'temporarily_unavailable',
    status: 503,
    retryAfterMs: 7_000,
    description: expect.stringContaining('Back at noon.'),
  });
});

test('metadata that are not at the first place are read at the second', async () => {
  const server = await tokenServer();
  server.answer(({ path }) => {
    if (path === '/token') return { body: TOKENS };
    if (path.includes('openid')) return { status: 404 };
    return { body: { issuer: server.url, token_endpoint: `${server.url}/token` } };
  });
  const provider = oauth2({ issuer: server.url, clientId: 'a', scopes: ['b'], fetch: throwing });
  expect(await provider.refresh(credential, ask())).toHaveProperty('accessToken');
});

test('a redirect is not followed, and told as one', async () => {
  const server = await tokenServer();
  server.answer(() => ({ status: 302, headers: { location: 'https://elsewhere.example.com/' } }));
  const provider = refusedBy(server.url);
  expect(await captured(provider.refresh(credential, ask()))).toMatchObject({
    code: 'invalid_response',
    status: 302,
    description: expect.stringContaining('it redirects to https://elsewhere.example.com/'),
  });
});

test.each([
  undefined,
  'text',
  new Error('lost'),
  { response: undefined },
  { response: { status: 400 } },
  { response: { status: 'many', headers: new Headers() } },
])('%j holds no answer', (error) => {
  expect(answerIn(error)).toBeUndefined();
});
