import { createServer, Server } from 'node:net';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { authorizationCode } from '@everbearer/providers/sign-in';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { captured, refusal, signInRefusal } from '../support/captured-error.ts';
import { hasIPv6 } from '../support/has-ipv6.ts';
import { closedPort, idToken, tokenServer } from '../support/token-server.ts';

const CODE = 'code-canary-1';
const TOKENS = { token_type: 'Bearer', access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 };

/** Goes to the redirect address as a browser would after the sign-in. */
async function redirect(
  authorize: URL,
  answer: Record<string, string>,
  host = '127.0.0.1',
): Promise<Response> {
  const target = new URL(authorize.searchParams.get('redirect_uri') ?? '');
  const state = authorize.searchParams.get('state') ?? '';
  for (const [name, value] of Object.entries({ state, ...answer })) target.searchParams.set(name, value);
  // The listener is on the address; a name may stand for another one first.
  target.hostname = host;
  return fetch(target);
}

async function anyServer(options = {}) {
  const server = await tokenServer({ body: TOKENS });
  const provider = oauth2({
    tokenEndpoint: `${server.url}/token`,
    authorizationEndpoint: `${server.url}/authorize?tenant=1`,
    clientId: 'client-1',
    scopes: ['mail'],
    ...options,
  });
  return { server, provider };
}

test('a browser brings the code, and it is redeemed with the verifier of its challenge', async () => {
  const { server, provider } = await anyServer();
  const shown: URL[] = [];
  const parameters = { prompt: 'consent', state: 'mine', client_id: 'another' };
  const tokens = await authorizationCode(provider, {
    redirectUri: 'http://127.0.0.1/callback',
    parameters,
    async onUrl(url) {
      shown.push(url);
      const port = new URL(url.searchParams.get('redirect_uri') ?? '').port;
      expect((await fetch(`http://127.0.0.1:${port}/favicon.ico`)).status).toBe(404);
      expect((await redirect(url, { state: 'guessed', code: 'evil' })).status).toBe(404);
      const page = await redirect(url, { code: CODE });
      expect(page.status).toBe(200);
      expect(await page.text()).not.toContain(CODE);
    },
  });
  expect(tokens).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-1' });
  const [url] = shown;
  const asked = Object.fromEntries(url?.searchParams ?? []);
  expect(asked).toMatchObject({
    tenant: '1',
    response_type: 'code',
    client_id: 'client-1',
    scope: 'mail',
    prompt: 'consent',
    code_challenge_method: 'S256',
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
  });
  expect(asked.state).not.toBe('mine');
  const { form } = server.last;
  expect(form.get('code')).toBe(CODE);
  expect(form.get('redirect_uri')).toBe(asked.redirect_uri);
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode(form.get('code_verifier') ?? ''),
  );
  expect(Buffer.from(digest).toString('base64url')).toBe(asked.code_challenge);
  await expect(fetch(asked.redirect_uri ?? '')).rejects.toThrow();
});

test('at Entra the code goes through msal-node, and localhost is the name of the redirect', async () => {
  const server = await tokenServer({ body: TOKENS });
  const base = `${server.url}/contoso.com/oauth2/v2.0`;
  const provider = microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    clientSecret: 'secret-1',
    scopes: ['Mail.Read'],
    endpoints: { token: `${base}/token`, authorize: `${base}/authorize` },
  });
  let redirectUri: string | null = null;
  const tokens = await authorizationCode(provider, {
    async onUrl(url) {
      redirectUri = url.searchParams.get('redirect_uri');
      expect(url.searchParams.get('scope')).toBe('Mail.Read openid profile offline_access');
      await redirect(url, { code: CODE, client_info: 'x', session_state: 'y' });
    },
  });
  expect(tokens).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-1' });
  expect(redirectUri).toMatch(/^http:\/\/localhost:\d+$/);
  expect(Object.fromEntries(server.last.form)).toMatchObject({
    grant_type: 'authorization_code',
    code: CODE,
    redirect_uri: redirectUri,
    client_secret: 'secret-1',
    code_verifier: expect.any(String),
  });
});

test('a person who declines', async () => {
  const { server, provider } = await anyServer();
  const onUrl = async (url: URL) => {
    await redirect(url, { error: 'access_denied', error_description: 'The person said no.' });
  };
  const error = await signInRefusal(authorizationCode(provider, { onUrl }));
  expect(error).toMatchObject({ code: 'access_denied', description: 'The person said no.' });
  expect(server.requests).toHaveLength(0);
});

test('a code that the server refuses is in no message', async () => {
  const { server, provider } = await anyServer();
  server.answer({
    status: 400,
    body: { error: 'invalid_grant', error_description: `The code ${CODE} is spent.` },
  });
  const onUrl = async (url: URL) => {
    await redirect(url, { code: CODE });
  };
  expect(await refusal(authorizationCode(provider, { onUrl }), CODE)).toMatchObject({
    code: 'invalid_grant',
  });
});

test('an answer of another server is not redeemed (RFC 9207)', async () => {
  const server = await tokenServer();
  const document = {
    issuer: server.url,
    token_endpoint: `${server.url}/token`,
    authorization_endpoint: `${server.url}/authorize`,
    authorization_response_iss_parameter_supported: true,
  };
  server.answer({ body: document });
  const provider = oauth2({ issuer: server.url, clientId: 'client-1', scopes: [] });
  for (const answer of [{ iss: 'https://evil.example.com' }, {}]) {
    const onUrl = async (url: URL) => {
      await redirect(url, { code: CODE, ...answer });
    };
    const error = await signInRefusal(authorizationCode(provider, { onUrl }), CODE);
    expect(error).toMatchObject({ code: 'issuer_mismatch' });
  }
  expect(server.requests.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration']);
});

test('an abort ends the wait and closes the listener', async () => {
  const { provider } = await anyServer();
  const controller = new AbortController();
  let redirectUri = '';
  const work = authorizationCode(provider, {
    signal: controller.signal,
    onUrl(url) {
      redirectUri = url.searchParams.get('redirect_uri') ?? '';
      setTimeout(() => controller.abort(), 20);
    },
  });
  expect(await captured(work)).toMatchObject({ name: 'AbortError' });
  await expect(fetch(redirectUri)).rejects.toThrow();
});

test.each([
  [undefined, /^http:\/\/127\.0\.0\.1:\d+$/, 'takes http://127.0.0.1.'],
  ['http://localhost/callback/', /^http:\/\/localhost:\d+\/callback\/$/, 'takes http://localhost/callback/.'],
])('nobody comes to %s: the address to register is named', async (redirectUri, sent, takes) => {
  const { provider } = await anyServer();
  let asked = '';
  const onUrl = (url: URL) => {
    asked = url.searchParams.get('redirect_uri') ?? '';
  };
  const error = await signInRefusal(authorizationCode(provider, { onUrl, redirectUri, timeoutMs: 30 }));
  expect(error).toMatchObject({ code: 'timeout' });
  expect(asked).toMatch(sent);
  expect(error.message).toContain(`register exactly ${asked} there`);
  expect(error.message).toContain(takes);
  expect(error.message).not.toContain('token endpoint');
});

test('an answer that would never reach the listener is not asked for', async () => {
  const { provider } = await anyServer();
  const opened: URL[] = [];
  for (const response_mode of ['form_post', 'fragment']) {
    const onUrl = (url: URL) => void opened.push(url);
    const work = authorizationCode(provider, { onUrl, parameters: { response_mode } });
    expect(await captured(work)).toMatchObject({ name: 'ConfigurationError', option: 'parameters' });
  }
  expect(opened).toEqual([]);
});

test('a person who declines is not shown a page that says they signed in', async () => {
  const { provider } = await anyServer();
  let answered: Promise<Response> | undefined;
  const onUrl = (url: URL) => {
    answered = redirect(url, { error: 'access_denied' });
  };
  expect(await signInRefusal(authorizationCode(provider, { onUrl }))).toMatchObject({
    code: 'access_denied',
  });
  const page = await (await answered)?.text();
  expect(page).toContain('You can close this window.');
  expect(page).not.toMatch(/signed in/i);
});

test.each(['127.0.0.1', 'localhost', ...(hasIPv6 ? ['[::1]'] : [])])(
  'a port of %s that is taken is named',
  async (host) => {
    const { provider } = await anyServer();
    const other = createServer();
    await new Promise<void>((listening) =>
      other.listen(0, hasIPv6 && host !== '127.0.0.1' ? '::1' : '127.0.0.1', listening),
    );
    const { port } = other.address() as { port: number };
    try {
      const redirectUri = `http://${host}:${port}/`;
      const error = await captured(authorizationCode(provider, { onUrl: () => undefined, redirectUri }));
      expect(error).toMatchObject({ name: 'ConfigurationError', option: 'redirectUri' });
    } finally {
      other.close();
    }
  },
);

describe('the redirect address', () => {
  /** Signs in, and comes back to this host, for what the browser may take the name for. */
  async function signedIn(redirectUri: string | undefined, host: string, options = {}) {
    const { server, provider } = await anyServer(options);
    let asked = new URLSearchParams();
    const tokens = await authorizationCode(provider, {
      redirectUri,
      async onUrl(url) {
        asked = url.searchParams;
        await redirect(url, { code: CODE }, host);
      },
    });
    expect(tokens).toMatchObject({ accessToken: 'at-1' });
    expect(server.last.form.get('redirect_uri')).toBe(asked.get('redirect_uri'));
    return asked;
  }

  const rows: [string, string, RegExp][] = [
    ['http://127.0.0.1', '127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['http://127.0.0.1/', '127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+\/$/],
    ['http://localhost', '127.0.0.1', /^http:\/\/localhost:\d+$/],
    ['http://localhost/a/b/', '[::1]', /^http:\/\/localhost:\d+\/a\/b\/$/],
    ['http://[::1]/callback', '[::1]', /^http:\/\/\[::1\]:\d+\/callback$/],
  ];
  test.each(rows.filter(([, host]) => hasIPv6 || host !== '[::1]'))(
    '%s, and the browser comes to %s',
    async (redirectUri, host, sent) => {
      expect((await signedIn(redirectUri, host)).get('redirect_uri')).toMatch(sent);
    },
  );

  describe('on a machine without IPv6', () => {
    beforeEach(() => {
      const { listen } = Server.prototype;
      vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...given: unknown[]) {
        const [{ host = '' } = {}] = given as [{ host?: string }?];
        if (host !== '::1') return Reflect.apply(listen, this, given) as Server;
        const code = 'EADDRNOTAVAIL';
        queueMicrotask(() => this.emit('error', Object.assign(new Error(code), { code })));
        return this;
      });
    });
    afterEach(() => {
      vi.restoreAllMocks();
    });

    test('localhost is its other address', async () => {
      expect((await signedIn('http://localhost', '127.0.0.1')).get('redirect_uri')).toMatch(/localhost/);
    });

    test.each(['http://[::1]/', 'http://[::1]:8400/'])('%s is named', async (redirectUri) => {
      const { provider } = await anyServer();
      const work = authorizationCode(provider, { onUrl: () => undefined, redirectUri });
      expect(await captured(work)).toMatchObject({ name: 'ConfigurationError', option: 'redirectUri' });
    });
  });

  test('a port is sent and listened on as it is written', async () => {
    const { port } = new URL(await closedPort());
    for (const redirectUri of [
      `http://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/x`,
    ])
      expect((await signedIn(redirectUri, '127.0.0.1')).get('redirect_uri')).toBe(redirectUri);
  });

  test('nonce and consent are asked for as they are through a web application', async () => {
    const asked = await signedIn(undefined, '127.0.0.1', { scopes: ['openid', 'offline_access'] });
    expect(Object.fromEntries(asked)).toMatchObject({ prompt: 'consent', nonce: expect.any(String) });
  });
});

test('an ID token of another sign-in is not taken', async () => {
  const { server, provider } = await anyServer({ scopes: ['openid'] });
  server.answer({ body: { ...TOKENS, id_token: idToken({ sub: 'eve', nonce: 'another' }) } });
  const onUrl = async (url: URL) => {
    await redirect(url, { code: CODE });
  };
  expect(await signInRefusal(authorizationCode(provider, { onUrl }), CODE)).toMatchObject({
    code: 'nonce_mismatch',
  });
});

test('a step-up of an API goes in as it is', async () => {
  const { provider } = await anyServer();
  const stepUp = { reason: 'insufficient_scope', scopes: ['mail.send'] } as const;
  let asked = new URLSearchParams();
  const onUrl = async (url: URL) => {
    asked = url.searchParams;
    await redirect(url, { code: CODE });
  };
  await authorizationCode(provider, { onUrl, stepUp });
  expect(asked.get('scope')).toBe('mail mail.send');
});
