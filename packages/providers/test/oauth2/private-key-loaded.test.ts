import { beforeEach, expect, test, vi } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { ask, TOKENS } from '../support/oauth2-fixture.ts';
import { tokenServer } from '../support/token-server.ts';

/* A library of 100 kB signs assertions. Programs that sign none are not to load it. */

const SIGNS = '../../src/oauth2/private-key-jwt.ts';
let loads = 0;
beforeEach(() => {
  loads = 0;
  vi.resetModules();
  vi.doMock(SIGNS, (original) => {
    loads++;
    return original();
  });
});

async function application(method: 'client_secret_post' | 'private_key_jwt') {
  const { oauth2 } = await import('@everbearer/providers/oauth2');
  const server = await tokenServer({ body: TOKENS });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey: key } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const provider = oauth2({
    tokenEndpoint: `${server.url}/token`,
    clientId: 'client-1',
    clientAuthentication: method === 'private_key_jwt' ? { method, key } : { method, clientSecret: 's' },
    grant: 'client_credentials',
    scopes: ['mail'],
  });
  return { server, provider };
}

test('a client with a secret loads nothing that signs', async () => {
  const { provider } = await application('client_secret_post');
  await provider.acquire(ask());
  expect(loads).toBe(0);
});

test('a client with a key loads it once', async () => {
  const { provider, server } = await application('private_key_jwt');
  await provider.acquire(ask());
  await provider.acquire(ask());
  expect(loads).toBe(1);
  expect(server.requests.every(({ form }) => form.has('client_assertion'))).toBe(true);
});

test('where it is missing, each request says so, and nothing is sent', async () => {
  vi.doMock(SIGNS, () => {
    throw new Error('Cannot find module');
  });
  const { provider, server } = await application('private_key_jwt');
  for (let request = 0; request < 2; request++) {
    expect(await captured(provider.acquire(ask()))).toMatchObject({
      name: 'ConfigurationError',
      option: 'clientAuthentication.method',
    });
  }
  expect(server.requests).toEqual([]);
});
