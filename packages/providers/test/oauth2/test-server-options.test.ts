import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { beginSignIn, finishSignIn } from '@everbearer/providers/sign-in';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/* The options that `@everbearer/testing` hands out point both providers at its authorization server. */

let server: AuthorizationServer;
beforeAll(async () => {
  server = await createAuthorizationServer();
});
afterAll(() => server.close());

const GRAPH = ['https://graph.microsoft.com/.default'];
const MAIL = ['Mail.Read', 'offline_access'];

describe.each(['secret', 'certificate'] as const)('an application with a %s', (kind) => {
  test.each([
    ['microsoft()', () => microsoft({ ...server.microsoftOptions(kind), scopes: GRAPH })],
    ['oauth2()', () => oauth2({ ...server.oauth2Options(kind), scopes: GRAPH })],
  ])('%s', async (_name, make) => {
    await using tokens = createTokenManager({ provider: make(), backend: memoryBackend() });
    const { token } = await tokens.getToken();
    expect(server.judge(token)).toEqual({ kind: 'valid', token: expect.any(String), scopes: GRAPH });
    expect((await tokens.renew()).token).not.toBe(token);
  });
});

test.each([
  ['microsoft()', () => microsoft({ ...server.microsoftOptions(), scopes: ['Mail.Read'] })],
  ['oauth2()', () => oauth2({ ...server.oauth2Options(), scopes: MAIL })],
])('a person: %s', async (_name, make) => {
  const provider = make();
  await using tokens = createTokenManager({ provider, backend: memoryBackend() });
  const { refresh_token: refreshToken } = server.signIn();
  await tokens.signIn({ refreshToken });
  expect(server.judge((await tokens.getToken()).token).kind).toBe('valid');
  const { url, pending } = await beginSignIn(provider, { redirectUri: 'http://localhost:3000/callback' });
  const { headers } = await fetch(url, { redirect: 'manual' });
  const signedIn = await finishSignIn(provider, headers.get('location') ?? '', pending);
  expect(server.judge(signedIn.accessToken ?? '').kind).toBe('valid');
});

test('a certificate of another application is refused, and the remedy named', async () => {
  await using other = await createAuthorizationServer();
  const { clientCertificate } = other.microsoftOptions('certificate');
  const options = { ...server.microsoftOptions('certificate'), clientCertificate };
  const provider = microsoft({ ...options, scopes: GRAPH });
  await using tokens = createTokenManager({ provider, backend: memoryBackend() });
  const error = await tokens.getToken().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid_client', status: 401 });
  expect(String(error)).toContain('AADSTS700027');
});
