import { oauth2 } from '@everbearer/providers/oauth2';
import { beginSignIn } from '@everbearer/providers/sign-in';
import { expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { tokenServer } from '../support/token-server.ts';

/* Authorization requests that the server gets itself (RFC 9126). */

const REDIRECT = 'https://app.example.com/callback';
const REQUEST_URI = 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c';

/** A server with this metadata, and a client that learns of its endpoints by them. */
async function setUp(metadata: (url: string) => object = () => ({})) {
  const server = await tokenServer();
  const { url } = server;
  const document = {
    issuer: url,
    authorization_endpoint: `${url}/authorize?tenant=a`,
    token_endpoint: `${url}/token`,
    ...metadata(url),
  };
  const pushed = { status: 201, body: { request_uri: REQUEST_URI, expires_in: 60 } };
  server.answer(({ path }) => (path === '/par' ? pushed : { body: document }));
  const clientAuthentication = { method: 'client_secret_post', clientSecret: 'secret-canary' } as const;
  const common = { issuer: url, clientId: 'app', clientAuthentication, scopes: ['openid', 'mail'] };
  return { server, url, provider: oauth2(common) };
}

test('where the metadata demand it, the whole request is pushed, by the client that it is', async () => {
  const { server, provider } = await setUp((url) => ({
    require_pushed_authorization_requests: true,
    pushed_authorization_request_endpoint: `${url}/par`,
  }));
  const begun = await beginSignIn(provider, { redirectUri: REDIRECT, parameters: { login_hint: 'ada' } });
  expect(Object.fromEntries(begun.url.searchParams)).toEqual({
    tenant: 'a',
    client_id: 'app',
    request_uri: REQUEST_URI,
  });
  const { state, nonce } = begun.pending;
  expect(server.last).toMatchObject({ method: 'POST', path: '/par' });
  expect(Object.fromEntries(server.last.form)).toMatchObject({
    response_type: 'code',
    client_id: 'app',
    client_secret: 'secret-canary',
    scope: 'openid mail',
    redirect_uri: REDIRECT,
    code_challenge_method: 'S256',
    login_hint: 'ada',
    state,
    nonce,
  });
});

test('where they only offer it, the browser carries the request', async () => {
  const { server, provider } = await setUp((url) => ({
    pushed_authorization_request_endpoint: `${url}/par`,
  }));
  const { url } = await beginSignIn(provider, { redirectUri: REDIRECT });
  expect(url.searchParams.get('redirect_uri')).toBe(REDIRECT);
  expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('an endpoint that is given is used', async () => {
  const { server, url } = await setUp();
  const provider = oauth2({
    tokenEndpoint: `${url}/token`,
    authorizationEndpoint: `${url}/authorize`,
    pushedAuthorizationRequestEndpoint: `${url}/par`,
    clientId: 'app',
    scopes: [],
  });
  const begun = await beginSignIn(provider, { redirectUri: REDIRECT });
  expect(begun.url.searchParams.get('request_uri')).toBe(REQUEST_URI);
  expect(begun.url.href).not.toContain(begun.pending.state);
  expect(server.requests).toHaveLength(1);
});

test('metadata that demand it and name no endpoint: the option is named', async () => {
  const { provider } = await setUp(() => ({ require_pushed_authorization_requests: true }));
  expect(await captured(beginSignIn(provider, { redirectUri: REDIRECT }))).toMatchObject({
    name: 'ConfigurationError',
    option: 'pushedAuthorizationRequestEndpoint',
  });
});

test.each([
  [
    'a refusal',
    { status: 400, body: { error: 'invalid_request', error_description: 'no such redirect_uri' } },
    {
      code: 'invalid_request',
      message: expect.stringContaining('pushed authorization request was refused: no such redirect_uri'),
    },
  ],
  [
    'an answer without an address',
    { status: 201, body: { expires_in: 60 } },
    { code: 'invalid_response', message: expect.stringContaining('`request_uri`') },
  ],
  [
    'a page',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    { code: 'invalid_response' },
  ],
])('%s is said, and no browser is sent anywhere', async (_what, answer, error) => {
  const { server, url } = await setUp();
  server.answer(answer);
  const provider = oauth2({
    tokenEndpoint: `${url}/token`,
    authorizationEndpoint: `${url}/authorize`,
    pushedAuthorizationRequestEndpoint: `${url}/par`,
    clientId: 'app',
    clientAuthentication: { method: 'client_secret_post', clientSecret: 'secret-canary' },
    scopes: [],
  });
  const work = beginSignIn(provider, { redirectUri: REDIRECT });
  expect(await refusal(work, 'secret-canary')).toMatchObject(error);
});
