import { oauth2 } from '@everbearer/providers/oauth2';
import { authorizationCode, beginSignIn, finishSignIn } from '@everbearer/providers/sign-in';
import { expect, test } from 'vitest';
import { captured, signInRefusal } from '../support/captured-error.ts';
import { hasIPv6 } from '../support/has-ipv6.ts';
import { realServer, signInThere } from '../support/real-server.ts';

/* Against oidc-provider, a certified OpenID Connect server, as it is by default. */

const SCOPES = ['openid', 'offline_access', 'email'];
const WEB = {
  client_id: 'web',
  client_secret: 'a-secret_of.the~client',
  redirect_uris: ['https://app.example.com/callback'],
};
const [REDIRECT = ''] = WEB.redirect_uris;

async function webApp({ features, dpop }: { features?: object; dpop?: boolean } = {}) {
  const { issuer } = await realServer(WEB, features);
  const clientAuthentication = { method: 'client_secret_basic', clientSecret: WEB.client_secret } as const;
  return oauth2({ issuer, clientId: 'web', clientAuthentication, scopes: SCOPES, dpop });
}

const PUSHED_ONLY = {
  pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
};

test('a web application: the person consents, and a refresh token comes', async () => {
  const provider = await webApp();
  const { url, pending } = await beginSignIn(provider, { redirectUri: REDIRECT });
  const callback = await signInThere(url, REDIRECT, 'ada');
  expect(callback.searchParams.has('iss')).toBe(true);
  const tokens = await finishSignIn(
    provider,
    callback,
    JSON.parse(JSON.stringify(pending)) as typeof pending,
  );
  expect(tokens).toMatchObject({
    refreshToken: expect.any(String),
    user: { id: 'ada', username: 'ada@example.com' },
  });
  expect(tokens.scopes).toEqual(expect.arrayContaining(SCOPES));
  const signal = AbortSignal.timeout(5_000);
  const renewed = await provider.refresh(
    { refreshToken: String(tokens.refreshToken) },
    { scopes: SCOPES, signal },
  );
  expect(renewed.accessToken).not.toBe(tokens.accessToken);
});

test('without `prompt=consent` this server leaves the refresh token out', async () => {
  const provider = await webApp();
  const { url, pending } = await beginSignIn(provider, { redirectUri: REDIRECT, parameters: { prompt: '' } });
  const tokens = await finishSignIn(provider, await signInThere(url, REDIRECT, 'ada'), pending);
  expect(tokens).not.toHaveProperty('refreshToken');
});

test('what another server would send back is not redeemed here', async () => {
  const provider = await webApp();
  const { url, pending } = await beginSignIn(provider, { redirectUri: REDIRECT });
  const callback = await signInThere(url, REDIRECT, 'ada');
  const code = callback.searchParams.get('code') ?? '';
  callback.searchParams.set('iss', 'https://evil.example.com');
  expect(await signInRefusal(finishSignIn(provider, callback, pending), code)).toMatchObject({
    code: 'issuer_mismatch',
  });
});

test('the server refuses a code the second time, also where this process does not know of the first', async () => {
  const provider = await webApp();
  const { url, pending } = await beginSignIn(provider, { redirectUri: REDIRECT });
  const callback = await signInThere(url, REDIRECT, 'ada');
  await finishSignIn(provider, callback, pending);
  const elsewhere = { ...pending, state: 'another' };
  callback.searchParams.set('state', 'another');
  expect(await captured(finishSignIn(provider, callback, elsewhere))).toMatchObject({
    code: 'invalid_grant',
  });
});

test.each([false, true])(
  'a server that wants the request itself gets it, and the browser a short address (dpop: %s)',
  async (dpop) => {
    const provider = await webApp({ features: { ...PUSHED_ONLY, dPoP: { enabled: true } }, dpop });
    const { url, pending } = await beginSignIn(provider, { redirectUri: REDIRECT });
    expect([...url.searchParams.keys()]).toEqual(['client_id', 'request_uri']);
    const callback = await signInThere(url, REDIRECT, 'ada');
    const kept = JSON.parse(JSON.stringify(pending)) as typeof pending;
    expect(kept.nonce).toEqual(expect.any(String));
    const tokens = await finishSignIn(provider, callback, kept);
    expect(tokens).toMatchObject({ refreshToken: expect.any(String), user: { id: 'ada' } });
    expect(tokens.tokenType).toBe(dpop ? 'DPoP' : 'Bearer');
    expect(tokens.dpopKey).toBe(kept.dpopKey);
    expect(kept.dpopKey === undefined).toBe(!dpop);
  },
);

test.each([{}, PUSHED_ONLY])('a code is bound to the key of its sign-in (%o)', async (features) => {
  const provider = await webApp({ features: { ...features, dPoP: { enabled: true } }, dpop: true });
  const { url, pending } = await beginSignIn(provider, { redirectUri: REDIRECT });
  const callback = await signInThere(url, REDIRECT, 'ada');
  const { dpopKey } = (await beginSignIn(provider, { redirectUri: REDIRECT })).pending;
  expect(await captured(finishSignIn(provider, callback, { ...pending, dpopKey }))).toMatchObject({
    code: 'invalid_grant',
  });
});

test('a program on this machine signs in where requests must be pushed and tokens are bound', async () => {
  const client = {
    client_id: 'native',
    token_endpoint_auth_method: 'none' as const,
    application_type: 'native' as const,
    redirect_uris: ['http://127.0.0.1/callback'],
  };
  const { issuer } = await realServer(client, { ...PUSHED_ONLY, dPoP: { enabled: true } });
  const provider = oauth2({ issuer, clientId: 'native', scopes: SCOPES, dpop: true });
  let redirectUri = '';
  const pushed: typeof provider = {
    ...provider,
    signIn: {
      ...provider.signIn,
      push: (url, ...rest) => {
        redirectUri = url.searchParams.get('redirect_uri') ?? '';
        return provider.signIn.push?.(url, ...rest) as Promise<URL>;
      },
    },
  };
  const tokens = await authorizationCode(pushed, {
    redirectUri: 'http://127.0.0.1/callback',
    async onUrl(url) {
      expect(url.searchParams.has('request_uri')).toBe(true);
      expect((await fetch(await signInThere(url, redirectUri, 'grace'))).status).toBe(200);
    },
  });
  expect(tokens).toMatchObject({ tokenType: 'DPoP', dpopKey: expect.any(String), user: { id: 'grace' } });
});

test.each([
  'http://127.0.0.1/',
  'http://127.0.0.1/callback',
  'http://localhost/callback/',
  ...(hasIPv6 ? ['http://[::1]/callback'] : []),
])('a program on this machine, registered as %s', async (redirectUri) => {
  const client = {
    client_id: 'native',
    token_endpoint_auth_method: 'none' as const,
    application_type: 'native' as const,
    redirect_uris: [redirectUri],
  };
  const { issuer } = await realServer(client);
  const provider = oauth2({ issuer, clientId: 'native', scopes: SCOPES });
  const tokens = await authorizationCode(provider, {
    redirectUri,
    async onUrl(url) {
      const sent = url.searchParams.get('redirect_uri') ?? '';
      const back = await signInThere(url, sent, 'grace');
      // The name may stand for either address.
      if (back.hostname === 'localhost') back.hostname = '127.0.0.1';
      expect((await fetch(back)).status).toBe(200);
    },
  });
  expect(tokens).toMatchObject({ refreshToken: expect.any(String), user: { id: 'grace' } });
});

test('a redirect address that is not registered: the page says so in the browser, and the error names the address', async () => {
  const { issuer } = await realServer({
    client_id: 'native',
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
  });
  const provider = oauth2({ issuer, clientId: 'native', scopes: SCOPES });
  let said = '';
  let sent = '';
  const error = await signInRefusal(
    authorizationCode(provider, {
      timeoutMs: 1_000,
      async onUrl(url) {
        sent = url.searchParams.get('redirect_uri') ?? '';
        said = await (await fetch(url)).text();
      },
    }),
  );
  expect(said).toContain('redirect_uri');
  expect(error).toMatchObject({
    code: 'timeout',
    message: expect.stringContaining(`register exactly ${sent} there`),
  });
});
