import { createAuthFetch } from '@everbearer/core';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { deviceCode, type SignInProvider } from '@everbearer/providers/sign-in';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';
import { afterEach, describe, expect, test } from 'vitest';
import { context } from '../support/context.ts';

/*
 * A program may put a fetch with tokens in the place of the global one. The requests that obtain those tokens go without any:
 * they would wait for themselves, or be refused because no token may go to the authorization server.
 */

const platform = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = platform;
});

type Server = Awaited<ReturnType<typeof createAuthorizationServer>>;
const scopes = ['Mail.Read', 'offline_access'];
const clientId = 'a-public-client';
const PROVIDERS: Readonly<Record<string, (server: Server) => SignInProvider>> = {
  'oauth2 with an endpoint': ({ tokenEndpoint }) => oauth2({ tokenEndpoint, clientId, scopes }),
  'oauth2 with an issuer': ({ issuer }) => oauth2({ issuer, clientId, scopes }),
  microsoft: ({ tenantId, tokenEndpoint }) =>
    microsoft({ tenantId, clientId, scopes, endpoints: { token: tokenEndpoint } }),
};
const ORIGINS: Readonly<Record<string, (server: Server) => string>> = {
  'where tokens may go': ({ url }) => url,
  'where none may go': () => 'https://api.example',
};

describe.each(Object.entries(ORIGINS))('the authorization server is %s', (_name, origin) => {
  test.each(Object.entries(PROVIDERS))('%s renews', async (_provider, make) => {
    await using server = await createAuthorizationServer({ clients: [{ clientId }] });
    const asked: unknown[] = [];
    const source = { getToken: (ask: unknown) => new Promise<never>(() => asked.push(ask)) };
    const provider = make(server);
    globalThis.fetch = createAuthFetch(source, { origins: [origin(server)] }) as typeof fetch;
    const { refresh_token: refreshToken = '' } = server.signIn({ clientId, scopes });
    const tokens = await provider.refresh?.({ refreshToken }, context({ scopes }));
    expect(tokens).toHaveProperty('accessToken');
    expect(asked).toEqual([]);
  });

  test('a person signs in', async () => {
    await using server = await createAuthorizationServer({ clients: [{ clientId }] });
    const source = { getToken: () => new Promise<never>(() => undefined) };
    globalThis.fetch = createAuthFetch(source, { origins: [origin(server)] }) as typeof fetch;
    const provider = oauth2({ issuer: server.issuer, clientId, scopes });
    const onCode = ({ userCode }: { userCode: string }) => server.approve(userCode);
    expect(await deviceCode(provider, { onCode })).toHaveProperty('accessToken');
  });
});
