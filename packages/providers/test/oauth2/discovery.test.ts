import { oauth2 } from '@everbearer/providers/oauth2';
import { expect, onTestFinished, test, vi } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { ask, at, credential, REFRESH_TOKEN, TOKENS, type UserOptions } from '../support/oauth2-fixture.ts';
import { type TokenServer, tokenServer } from '../support/token-server.ts';

const issuedBy = (server: TokenServer, changes = {}) => ({
  body: { issuer: server.url, token_endpoint: `${server.url}/token`, ...changes },
});

async function discovered(document: (server: TokenServer) => object, options: UserOptions = {}) {
  const server = await tokenServer();
  server.answer((request) => (request.path === '/token' ? { body: TOKENS } : document(server)));
  const provider = oauth2({ issuer: server.url, clientId: 'client-1', scopes: ['mail'], ...options });
  return { server, provider, paths: () => server.requests.map(({ path }) => path) };
}

test('endpoints are looked up once, at the first request', async () => {
  const { provider, paths } = await discovered((server) => issuedBy(server));
  expect(paths()).toEqual([]);
  await provider.refresh(credential, ask());
  await provider.refresh(credential, ask());
  expect(paths()).toEqual(['/.well-known/openid-configuration', '/token', '/token']);
});

test('the document of RFC 8414 is tried where there is none of OpenID Connect', async () => {
  const server = await tokenServer();
  server.answer(({ path }) => {
    if (path === '/token') return { body: TOKENS };
    return path.includes('openid') ? { status: 404 } : issuedBy(server);
  });
  await oauth2({ issuer: server.url, clientId: 'client-1', scopes: [] }).refresh(credential, ask());
  const paths = server.requests.map(({ path }) => path);
  expect(paths).toEqual([
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/token',
  ]);
});

const WELL_KNOWN = '/.well-known/openid-configuration';

test.each<[string, (server: TokenServer) => object, string]>([
  [
    'names another issuer',
    (server) => issuedBy(server, { issuer: 'https://evil.example.com' }),
    'differs from the name that the server gives itself, "https://evil.example.com"',
  ],
  ['names none', (server) => issuedBy(server, { issuer: undefined }), 'names no issuer'],
  ['is a web page', () => ({ body: '<html>' }), 'answered a web page'],
  ['is no JSON', () => ({ body: 'hello' }), 'answered no JSON'],
  ['is not there', () => ({ status: 404 }), 'answered status 404'],
  [
    'redirects',
    () => ({ status: 302, headers: { location: 'https://evil.example.com/x?secret=1' } }),
    'status 302, a redirect to https://evil.example.com/x',
  ],
  [
    'cannot be unpacked',
    (server) => ({ ...issuedBy(server), headers: { 'content-encoding': 'gzip' } }),
    'answered what cannot be read',
  ],
  ['is too long', (server) => issuedBy(server, { more: 'x'.repeat(300_000) }), 'longer than 256 KiB'],
])(
  'a document that %s is no document, and the error says what each address answered',
  async (_, document, words) => {
    const { server, provider, paths } = await discovered(document);
    const error = await captured(provider.refresh(credential, ask()));
    expect(error).toMatchObject({ name: 'ConfigurationError', option: 'issuer', retryable: false });
    const { message } = error as Error;
    expect(message).toContain(words);
    for (const path of [WELL_KNOWN, '/.well-known/oauth-authorization-server']) {
      expect(message).toContain(`${server.url}${path}`);
      expect(paths()).toContain(path);
    }
    expect(paths()).not.toContain('/token');
  },
);

test.each([429, 500, 503])('a look-up that is answered %s may pass later', async (status) => {
  const { provider } = await discovered(() => ({ status, headers: { 'retry-after': '7' } }));
  const error = await refusal(provider.refresh(credential, ask()));
  expect(error).toMatchObject({ sent: false, status, retryAfterMs: 7_000, retryable: true });
});

test.each<[string, string, string[]]>([
  ['no path', '', ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']],
  ['a slash', '/', ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']],
  [
    'a path',
    '/api/auth',
    [
      '/api/auth/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/api/auth',
      '/.well-known/openid-configuration/api/auth',
      '/api/auth/.well-known/oauth-authorization-server',
    ],
  ],
])(
  'an issuer with %s is looked for at every place there may be, and found at the last',
  async (_, path, places) => {
    const server = await tokenServer();
    const issuer = `${server.url}${path}`;
    server.answer((request) => {
      if (request.path === '/token') return { body: TOKENS };
      if (request.path !== places.at(-1)) return { body: '<!doctype html><title>Sign in</title>' };
      return { body: { issuer, token_endpoint: `${server.url}/token` } };
    });
    await oauth2({ issuer, clientId: 'client-1', scopes: [] }).refresh(credential, ask());
    expect(server.requests.map((request) => request.path)).toEqual([...places, '/token']);
  },
);

test('with every endpoint given nothing is looked up', async () => {
  const { server, paths } = await discovered(() => ({ status: 500 }));
  const provider = oauth2({
    issuer: 'https://nowhere.invalid',
    tokenEndpoint: `${server.url}/token`,
    clientId: 'client-1',
    scopes: [],
  });
  await provider.refresh(credential, ask());
  expect(paths()).toEqual(['/token']);
});

test('what one document lacks is looked for in the other', async () => {
  const server = await tokenServer();
  server.answer(({ path }) => {
    const named = { issuer: server.url, token_endpoint: `${server.url}/token` };
    if (path.includes('openid')) return { body: named };
    if (path.includes('oauth-authorization-server'))
      return { body: { ...named, revocation_endpoint: `${server.url}/revoke` } };
    return { body: TOKENS };
  });
  const provider = oauth2({ issuer: server.url, clientId: 'client-1', scopes: [] });
  await provider.refresh(credential, ask());
  expect(server.requests).toHaveLength(2);
  await provider.revoke?.({ refreshToken: REFRESH_TOKEN }, ask());
  expect(server.last.path).toBe('/revoke');
});

test('a look-up that failed is made again', async () => {
  let broken = true;
  const { provider } = await discovered((server) => (broken ? { status: 500 } : issuedBy(server)));
  await refusal(provider.refresh(credential, ask()));
  broken = false;
  await expect(provider.refresh(credential, ask())).resolves.toMatchObject({ accessToken: 'at-1' });
});

test('an endpoint on plain http elsewhere is as good as none', async () => {
  const { provider } = await discovered((server) =>
    issuedBy(server, { token_endpoint: 'http://10.0.0.1/token' }),
  );
  // It names one, so that is not what the error may deny.
  expect(await captured(provider.refresh(credential, ask()))).toMatchObject({
    option: 'tokenEndpoint',
    message: expect.stringMatching(/no metadata names one that is fit for secrets, on https\./),
  });
});

test.each(['http://127.0.0.1:9/token', 'http://localhost:9/token', 'HTTP://[::1]:9/token'])(
  'an https issuer whose document names %s names none: a secret would leave TLS',
  async (endpoint) => {
    const issuer = 'https://issuer.example';
    const asked: string[] = [];
    const answering: typeof fetch = async (input) => {
      asked.push(String(input));
      const named = { issuer, token_endpoint: endpoint, revocation_endpoint: endpoint };
      return Response.json(String(input).startsWith(issuer) ? named : TOKENS);
    };
    const provider = oauth2({ issuer, clientId: 'client-1', scopes: [], fetch: answering });
    expect(await captured(provider.refresh(credential, ask()))).toMatchObject({ option: 'tokenEndpoint' });
    const revoking = Promise.resolve(provider.revoke?.({ refreshToken: REFRESH_TOKEN }, ask()));
    expect(await captured(revoking)).toMatchObject({ option: 'revocationEndpoint' });
    expect(asked).not.toContain(endpoint);
  },
);

test('an endpoint from the options comes before the document', async () => {
  const other = await tokenServer({ body: TOKENS });
  const { provider, paths } = await discovered((server) => issuedBy(server), {
    tokenEndpoint: `${other.url}/token`,
  });
  await provider.refresh(credential, ask());
  expect(other.requests).toHaveLength(1);
  expect(paths()).not.toContain('/token');
});

test('a server without a revocation endpoint says so when it is needed', async () => {
  const { provider } = await discovered((server) => issuedBy(server));
  const work = Promise.resolve(provider.revoke?.({ refreshToken: REFRESH_TOKEN }, ask()));
  expect(await captured(work)).toMatchObject({ option: 'revocationEndpoint' });
});

test('the id is made from the issuer, or else from the token endpoint', async () => {
  const { server, provider } = await discovered((from) => issuedBy(from));
  const client = 'client_id=client-1&grant_type=refresh_token';
  expect(provider.id).toBe(`issuer=${server.url}/&${client}`);
  expect(at(server).id).toBe(`token_endpoint=${server.url}/token&${client}`);
});

test('an endpoint that no secret may go to is said to be there', async () => {
  const { provider } = await discovered((server) => issuedBy(server, { token_endpoint: '/token' }));
  const error = await captured(provider.refresh(credential, ask()));
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'tokenEndpoint' });
  expect((error as Error).message).toContain('whose `token_endpoint` is not an absolute https address');
});

test('a server that never answers a look-up is named, before the deadline of its caller', async () => {
  const original = AbortSignal.timeout.bind(AbortSignal);
  const limits: number[] = [];
  const soon = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    limits.push(ms);
    return original(50);
  });
  onTestFinished(() => soon.mockRestore());
  const silent = () => new Promise<Response>(() => undefined);
  const fetch: typeof globalThis.fetch = (_input, init) =>
    Promise.race([silent(), aborted(init?.signal as AbortSignal)]);
  const provider = oauth2({ issuer: 'https://as.example', clientId: 'client-1', scopes: [], fetch });
  const { signal } = new AbortController();
  const error = await refusal(provider.refresh(credential, ask({ signal })));
  expect(error).toMatchObject({ code: 'timeout', sent: false, retryable: true });
  expect(error.message).toContain('the metadata could not be read: no answer came from as.example');
  expect(Math.max(...limits)).toBeLessThan(10_000);
});

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_answer, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
