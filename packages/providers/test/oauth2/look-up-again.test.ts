import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { ask, credential } from '../support/oauth2-fixture.ts';
import { type Answer, tokenServer } from '../support/token-server.ts';

async function failed(answer: Answer) {
  const server = await tokenServer(answer);
  const provider = oauth2({ issuer: server.url, clientId: 'client-1', scopes: [] });
  const manager = createTokenManager({ provider, backend: memoryBackend(), timing: { maxWaitMs: 300 } });
  await manager.signIn({ refreshToken: 'rt-canary-1' });
  const error = await refusal(manager.getToken(), 'rt-canary-1');
  await manager.close();
  return { error, asked: server.requests.map(({ path }) => path) };
}

const BOTH = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

test.each([429, 503])('metadata answered %s with Retry-After are asked for once', async (status) => {
  const { error, asked } = await failed({ status, headers: { 'retry-after': '30' } });
  expect(asked).toEqual(BOTH);
  expect(error.message).toContain('it asked to wait, and 30 s are left');
});

test('and without it they are asked for again after the pause that all share', async () => {
  const { error, asked } = await failed({ status: 503 });
  expect(asked).toEqual(BOTH);
  expect(error).toMatchObject({ code: 'server_error', retryable: true });
});

test('an issuer of many tenants: nobody is told to write a brace into it', async () => {
  const body = { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0', token_endpoint: 'https://x' };
  const { url } = await tokenServer({ body });
  const provider = oauth2({ issuer: url, clientId: 'client-1', scopes: [] });
  const error = await captured(provider.refresh(credential, ask()));
  expect(error).toMatchObject({ code: 'configuration', option: 'issuer' });
  expect((error as Error).message).toContain('the id of your tenant');
  expect((error as Error).message).not.toContain('exactly that');
});
