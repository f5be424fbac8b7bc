import { memoryBackend } from '@everbearer/backends/memory';
import {
  type AuthEvent,
  bearerChallenge,
  ConfigurationError,
  createAuthFetch,
  createTokenManager,
  staticTokenSource,
} from '@everbearer/core';
import { dpopServer } from '@everbearer/far-end/support/dpop-server';
import { ClaimsChallengeError, microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import {
  type BeginSignInOptions,
  beginSignIn,
  finishSignIn,
  type SignInError,
} from '@everbearer/providers/sign-in';
import { describe, expect, test, vi } from 'vitest';
import { captured, refusal, signInRefusal } from '../support/captured-error.ts';
import { type Answer, idToken, tokenServer } from '../support/token-server.ts';

const CODE = 'code-canary-1';
const REDIRECT = 'https://app.example.com/callback';
const TOKENS = { token_type: 'Bearer', access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 };

async function anyServer(options: object = {}, answer: Answer = { body: TOKENS }) {
  const server = await tokenServer(answer);
  const provider = oauth2({
    tokenEndpoint: `${server.url}/token`,
    authorizationEndpoint: `${server.url}/authorize`,
    clientId: 'client-1',
    scopes: ['mail'],
    ...options,
  });
  return { server, provider };
}

/** A sign-in whose pending went through a store, and where the browser comes back to. */
async function begun(
  provider: Parameters<typeof beginSignIn>[0],
  answer: Record<string, string> = { code: CODE },
  options: Partial<BeginSignInOptions> = {},
) {
  const { url, pending: made } = await beginSignIn(provider, { redirectUri: REDIRECT, ...options });
  const pending = JSON.parse(JSON.stringify(made)) as typeof made;
  expect(pending).toEqual(made);
  const callback = new URL(REDIRECT);
  const back = { state: url.searchParams.get('state') ?? '', ...answer };
  for (const [name, value] of Object.entries(back)) if (value !== '') callback.searchParams.set(name, value);
  return { url, pending, callback, asked: Object.fromEntries(url.searchParams) };
}

/** The error of a sign-in, in which no secret may be, and whose message says what to do. */
async function failure(work: Promise<unknown>, pending?: object): Promise<SignInError> {
  const { state, codeVerifier, nonce } = (pending ?? {}) as Record<string, string | undefined>;
  const secrets = [state, codeVerifier, nonce].filter((each) => each !== undefined);
  const error = await signInRefusal(work, CODE, ...secrets);
  expect(error.message).toMatch(/[A-Z].* .*\.$/s);
  return error;
}

test('begun in one place, finished in another: the code is redeemed with the verifier of its challenge', async () => {
  const { server, provider } = await anyServer();
  const { pending, callback, asked } = await begun(provider);
  expect(asked).toEqual({
    response_type: 'code',
    client_id: 'client-1',
    scope: 'mail',
    redirect_uri: REDIRECT,
    state: expect.stringMatching(/^[\w-]{40,}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  expect(await finishSignIn(provider, callback, pending)).toMatchObject({
    accessToken: 'at-1',
    refreshToken: 'rt-1',
  });
  const { form } = server.last;
  expect(Object.fromEntries(form)).toMatchObject({
    grant_type: 'authorization_code',
    code: CODE,
    redirect_uri: REDIRECT,
  });
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode(form.get('code_verifier') ?? ''),
  );
  expect(Buffer.from(digest).toString('base64url')).toBe(asked['code_challenge']);
});

test('two sign-ins have nothing in common', async () => {
  const { provider } = await anyServer({ scopes: ['openid'] });
  const [one, other] = [await begun(provider), await begun(provider)];
  for (const name of ['state', 'codeVerifier', 'nonce'] as const)
    expect(one.pending[name]).not.toBe(other.pending[name]);
  const texts = [one, other].flatMap(({ pending: { state, codeVerifier, nonce } }) => [
    state,
    codeVerifier,
    nonce,
  ]);
  expect(new Set(texts).size).toBe(6);
});

test.each([
  ['a text', (url: URL) => url.href],
  ['what `request.url` is in Node', (url: URL) => url.pathname + url.search],
  ['behind a proxy', (url: URL) => `http://10.0.0.7:3000/inner${url.search}`],
  ['its query alone', (url: URL) => url.searchParams],
  ['a Request', (url: URL) => new Request(url)],
  [
    'the request of Node, Express or Koa',
    ({ pathname, search }: URL) => ({ method: 'GET', url: pathname + search }) as Request,
  ],
  ['the URL of a library', ({ href, searchParams }: URL) => ({ href, searchParams }) as URL],
  ['a form', (url: URL) => new Request(REDIRECT, { method: 'POST', body: url.searchParams })],
])('the callback as %s', async (_name, form) => {
  const { provider } = await anyServer();
  const { callback, pending } = await begun(provider);
  expect(await finishSignIn(provider, form(callback), pending)).toMatchObject({ accessToken: 'at-1' });
});

test('at Entra', async () => {
  const server = await tokenServer();
  const base = `${server.url}/contoso.com/oauth2/v2.0`;
  const provider = microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    clientSecret: 'secret-1',
    scopes: ['Mail.Read'],
    endpoints: { token: `${base}/token`, authorize: `${base}/authorize` },
  });
  const stepUp = { reason: 'insufficient_scope' as const, scopes: ['Mail.Send'] };
  const { asked, callback, pending } = await begun(provider, { code: CODE, session_state: 'x' }, { stepUp });
  expect(asked).toMatchObject({
    scope: 'Mail.Read openid profile offline_access Mail.Send',
    nonce: pending.nonce,
  });
  expect(asked).not.toHaveProperty('prompt');
  server.answer({ body: { ...TOKENS, id_token: idToken({ oid: 'ada', nonce: pending.nonce }) } });
  expect(await finishSignIn(provider, callback, pending)).toMatchObject({
    accessToken: 'at-1',
    user: { id: 'ada' },
  });
  expect(server.last.form.get('scope')?.split(' ')).toEqual(
    expect.arrayContaining(['Mail.Read', 'Mail.Send']),
  );
  expect(server.last.form.get('redirect_uri')).toBe(REDIRECT);
});

describe('what is asked for', () => {
  test('openid brings a nonce, offline_access the consent without which servers leave it out', async () => {
    const { provider } = await anyServer({ scopes: ['openid', 'offline_access'] });
    const { asked, pending } = await begun(provider);
    expect(asked).toMatchObject({ nonce: pending.nonce, prompt: 'consent' });
    expect(pending.nonce).toMatch(/^[\w-]{40,}$/);
  });

  test.each([
    [{ prompt: 'login' }, 'login'],
    [{ prompt: '' }, undefined],
  ])('%o says otherwise', async (parameters, prompt) => {
    const { provider } = await anyServer({ scopes: ['offline_access'] });
    const { asked } = await begun(provider, {}, { parameters });
    expect(asked['prompt']).toBe(prompt);
    expect(asked).not.toHaveProperty('nonce');
  });

  test('parameters of the protocol cannot be replaced', async () => {
    const { provider } = await anyServer({ scopes: ['openid'] });
    const parameters = {
      state: 'mine',
      nonce: 'mine',
      code_challenge: 'mine',
      redirect_uri: 'mine',
      client_id: 'mine',
      response_type: 'token',
    };
    const { asked } = await begun(provider, {}, { parameters });
    expect(Object.values(asked)).not.toContain('mine');
    expect(asked['response_type']).toBe('code');
  });

  test('the event of an API that wants another authentication, as it is', async () => {
    const { provider } = await anyServer();
    const event = {
      type: 'step_up_required',
      account: 'ada',
      provider: provider.id,
      origin: 'https://api.example.com',
      reason: 'insufficient_user_authentication',
      acrValues: 'gold silver',
      maxAge: 300,
    } as const;
    const { asked, pending } = await begun(
      provider,
      {},
      { stepUp: event, parameters: { login_hint: 'ada' } },
    );
    expect(asked).toMatchObject({
      acr_values: 'gold silver',
      max_age: '300',
      login_hint: 'ada',
      scope: 'mail',
    });
    expect(pending).not.toHaveProperty('scopes');
  });
});

test.each([
  ['Bearer error="insufficient_scope", scope="mail mail.send"', 403, { scope: 'mail mail.send' }],
  [
    'Bearer error="insufficient_user_authentication", acr_values="gold", max_age="60"',
    401,
    { acr_values: 'gold', max_age: '60', scope: 'mail' },
  ],
])('what an API asks for goes into the next sign-in: %s', async (challenge, status, wanted) => {
  const { provider } = await anyServer();
  const events: AuthEvent[] = [];
  const api = async () => new Response(null, { status, headers: { 'www-authenticate': challenge } });
  const origins = ['https://api.example.com'];
  const onEvent = (event: AuthEvent) => void events.push(event);
  const call = createAuthFetch(staticTokenSource('at-1'), { origins, fetch: api, onEvent });
  await call('https://api.example.com/mail');
  const stepUp = events.find((event) => event.type === 'step_up_required');
  const { asked, callback, pending } = await begun(provider, { code: CODE }, { stepUp });
  expect(stepUp).toBeDefined();
  expect(asked).toMatchObject(wanted);
  expect(await finishSignIn(provider, callback, pending)).toMatchObject({ accessToken: 'at-1' });
});

test('what bearerChallenge() returns, and a claims challenge, go in as they are', async () => {
  const { provider } = await anyServer();
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const challenge = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`;
  const stepUp = bearerChallenge(new Response(null, { headers: { 'www-authenticate': challenge } }));
  expect((await begun(provider, {}, { stepUp })).asked).toMatchObject({ claims, scope: 'mail' });
  const entra = microsoft({ tenantId: 'contoso.com', clientId: 'client-1', scopes: ['Mail.Read'] });
  const { asked } = await begun(
    entra,
    {},
    { stepUp: new ClaimsChallengeError({ code: 'interaction_required', claims }) },
  );
  expect(JSON.parse(asked['claims'] ?? '')).toEqual({
    access_token: { acrs: { essential: true, value: 'c1' }, xms_cc: { values: ['CP1'] } },
  });
  const usual = await begun(entra);
  expect(JSON.parse(usual.asked['claims'] ?? '')).toEqual({ access_token: { xms_cc: { values: ['CP1'] } } });
});

describe('what is wrong is said, and no code is redeemed', () => {
  test.each([
    [
      'the state of another sign-in',
      { state: 'guessed', code: CODE },
      'state_mismatch',
      'belongs to another sign-in',
    ],
    ['no state', { state: '', code: CODE }, 'state_mismatch', 'carries no `state`'],
    ['neither a code nor an error', {}, 'missing_code', 'neither a code nor an error'],
    [
      'a person who declines',
      { error: 'access_denied', error_description: 'The person said no.' },
      'access_denied',
      'access_denied: The person said no. The person, or a rule',
    ],
    [
      'an error beside a code',
      { error: 'server_error', code: CODE, error_description: `it was ${CODE}` },
      'server_error',
      'Begin a new sign-in',
    ],
    ['an error that is no word', { error: 'a "b"\n' }, 'invalid_response', 'Begin a new sign-in'],
    ['a name that all objects have', { error: 'constructor' }, 'constructor', 'Begin a new sign-in'],
  ])('%s', async (_name, answer, code, says) => {
    const { server, provider } = await anyServer();
    const { callback, pending } = await begun(provider, answer);
    const error = await failure(finishSignIn(provider, callback, pending), pending);
    expect(error).toMatchObject({ name: 'SignInError', code });
    expect(error.message).toContain(says);
    expect(server.requests).toEqual([]);
  });

  test('the callback of another sign-in', async () => {
    const { server, provider } = await anyServer();
    const [mine, theirs] = [await begun(provider), await begun(provider)];
    expect(await failure(finishSignIn(provider, theirs.callback, mine.pending), mine.pending)).toMatchObject({
      code: 'state_mismatch',
    });
    expect(server.requests).toEqual([]);
    expect(await finishSignIn(provider, mine.callback, mine.pending)).toMatchObject({ accessToken: 'at-1' });
  });

  test('a sign-in at another provider', async () => {
    const { provider } = await anyServer();
    const { provider: other, server } = await anyServer();
    const { callback, pending } = await begun(provider);
    expect(await failure(finishSignIn(other, callback, pending), pending)).toMatchObject({
      code: 'other_provider',
    });
    expect(server.requests).toEqual([]);
  });

  test.each(['state', 'code', 'error', 'iss'])('%s twice', async (name) => {
    const { provider } = await anyServer();
    const { callback, pending } = await begun(provider, { code: CODE, [name]: name === 'state' ? '' : 'x' });
    for (const value of [pending.state, 'second']) callback.searchParams.append(name, value);
    if (name !== 'state') callback.searchParams.append(name, 'third');
    const error = await failure(finishSignIn(provider, callback, pending), pending);
    expect(error).toMatchObject({
      code: 'invalid_callback',
      message: expect.stringContaining(`\`${name}\` twice`),
    });
  });

  test.each([[undefined], [7], ['https://['], [{}]])(
    'a callback that is no address: %s',
    async (callback) => {
      const { provider } = await anyServer();
      const { pending } = await begun(provider);
      expect(await failure(finishSignIn(provider, callback as string, pending), pending)).toMatchObject({
        code: 'invalid_callback',
      });
    },
  );

  test.each([
    ['taken apart by Express', (form: URLSearchParams) => Object.fromEntries(form)],
    ['not read by Node yet', () => undefined],
  ])('a form that is %s', async (_name, bodyOf) => {
    const { provider } = await anyServer();
    const { callback, pending } = await begun(provider);
    const request = { method: 'POST', url: '/callback', body: bodyOf(callback.searchParams) };
    const work = finishSignIn(provider, request as unknown as Request, pending);
    expect(await failure(work, pending)).toMatchObject({
      code: 'invalid_callback',
      message: expect.stringContaining('new URLSearchParams(request.body)'),
    });
  });

  test('an answer in the fragment, which only the browser sees', async () => {
    const { provider } = await anyServer();
    const { callback, pending } = await begun(provider);
    callback.hash = callback.search;
    callback.search = '';
    expect(await failure(finishSignIn(provider, callback, pending), pending)).toMatchObject({
      code: 'state_mismatch',
      message: expect.stringContaining('remove `response_mode`'),
    });
  });

  test.each(['another', ['another', 'third'], 7])('an ID token for another client: %j', async (aud) => {
    const { server, provider } = await anyServer({ scopes: ['openid'] });
    const { callback, pending } = await begun(provider);
    server.answer({ body: { ...TOKENS, id_token: idToken({ sub: 'ada', aud, nonce: pending.nonce }) } });
    expect(await failure(finishSignIn(provider, callback, pending), pending)).toMatchObject({
      code: 'id_token_mismatch',
      message: expect.stringContaining('`clientId`'),
    });
  });

  test.each(['CLIENT-1', ['another', 'client-1'], undefined])(
    'an ID token for this client: %j',
    async (aud) => {
      const { server, provider } = await anyServer({ scopes: ['openid'] });
      const { callback, pending } = await begun(provider);
      server.answer({ body: { ...TOKENS, id_token: idToken({ sub: 'ada', aud, nonce: pending.nonce }) } });
      expect(await finishSignIn(provider, callback, pending)).toMatchObject({ user: { id: 'ada' } });
    },
  );

  test.each([
    ['was read before', async (form: Request) => void (await form.text()), 'x'],
    ['is too long', async () => undefined, 'x'.repeat(70_000)],
  ])('a form that %s', async (_name, before, more) => {
    const { provider } = await anyServer();
    const { callback, pending } = await begun(provider, { code: CODE, more });
    const form = new Request(REDIRECT, { method: 'POST', body: callback.searchParams });
    await before(form);
    const error = await failure(finishSignIn(provider, form, pending), pending);
    expect(error).toMatchObject({
      code: 'invalid_callback',
      message: expect.stringContaining('cannot be read'),
    });
  });

  test('the person took too long', async () => {
    const { server, provider } = await anyServer();
    const { callback, pending } = await begun(provider, undefined, { timeoutMs: 60_000 });
    const short = { ...pending, expiresAt: Date.now() };
    expect(await failure(finishSignIn(provider, callback, short), pending)).toMatchObject({
      code: 'pending_expired',
    });
    expect(server.requests).toEqual([]);
    const { pending: usual } = await begun(provider);
    expect(usual.expiresAt - Date.now()).toBeGreaterThan(9.5 * 60_000);
    expect(pending.expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
  });

  test('the page was loaded again: the code is presented once', async () => {
    const { server, provider } = await anyServer();
    const { callback, pending } = await begun(provider);
    const both = await Promise.allSettled([
      finishSignIn(provider, callback, pending),
      finishSignIn(provider, callback, { ...pending }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await failure(finishSignIn(provider, callback, pending), pending)).toMatchObject({
      code: 'pending_used',
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a code that never left may be tried again', async () => {
    let isDown = true;
    const { server, provider } = await anyServer({
      fetch: (...given: Parameters<typeof fetch>) =>
        isDown
          ? Promise.reject(Object.assign(new TypeError('no'), { cause: { code: 'ECONNREFUSED' } }))
          : fetch(...given),
    });
    const { callback, pending } = await begun(provider);
    expect(await refusal(finishSignIn(provider, callback, pending), CODE)).toMatchObject({
      code: 'network',
      sent: false,
    });
    isDown = false;
    expect(await finishSignIn(provider, callback, pending)).toMatchObject({ accessToken: 'at-1' });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['nothing', undefined, 'no sign-in is under way'],
    ['null', null, 'no sign-in is under way'],
    ['its text', '{"state":"x"}', 'JSON.parse()'],
    ['something else', { state: 'x' }, 'not what beginSignIn() gave'],
    [
      'scopes that are none',
      { state: 'x', codeVerifier: 'x', redirectUri: REDIRECT, provider: 'x', expiresAt: 1, scopes: 'mail' },
      'not what',
    ],
  ])('pending is %s', async (_name, pending, says) => {
    const { provider } = await anyServer();
    const error = await failure(finishSignIn(provider, `${REDIRECT}?code=${CODE}&state=x`, pending as never));
    expect(error).toMatchObject({ code: 'invalid_pending', message: expect.stringContaining(says) });
  });

  test('the server refuses the code', async () => {
    const { provider } = await anyServer(
      {},
      { status: 400, body: { error: 'invalid_grant', error_description: `${CODE} is spent` } },
    );
    const { callback, pending } = await begun(provider);
    expect(
      await refusal(finishSignIn(provider, callback, pending), CODE, pending.codeVerifier),
    ).toMatchObject({ code: 'invalid_grant' });
  });
});

describe('the issuer (RFC 9207)', () => {
  async function named(announced: boolean) {
    const server = await tokenServer();
    const document = {
      issuer: server.url,
      token_endpoint: `${server.url}/token`,
      authorization_endpoint: `${server.url}/authorize`,
      authorization_response_iss_parameter_supported: announced,
    };
    server.answer(({ path }) => ({ body: path === '/token' ? TOKENS : document }));
    return { server, provider: oauth2({ issuer: server.url, clientId: 'client-1', scopes: [] }) };
  }

  test.each([
    [true, { iss: 'https://evil.example.com' }, 'names another issuer'],
    [true, {}, 'names no issuer'],
    [false, { iss: 'https://evil.example.com' }, 'names another issuer'],
  ])('announced %s, and the callback says %o', async (announced, answer, says) => {
    const { server, provider } = await named(announced);
    const { callback, pending } = await begun(provider, { code: CODE, ...answer });
    const error = await failure(finishSignIn(provider, callback, pending), pending);
    expect(error).toMatchObject({ code: 'issuer_mismatch', message: expect.stringContaining(says) });
    expect(server.requests.map(({ path }) => path)).not.toContain('/token');
  });

  test('the right one', async () => {
    const { server, provider } = await named(true);
    const { callback, pending } = await begun(provider, { code: CODE, iss: server.url });
    expect(await finishSignIn(provider, callback, pending)).toMatchObject({ accessToken: 'at-1' });
  });

  test('a callback without it is found out in another process too, whose options name the token endpoint', async () => {
    const { server } = await named(true);
    const options = { issuer: server.url, clientId: 'client-1', scopes: [] };
    const own = () => oauth2({ ...options, tokenEndpoint: `${server.url}/token` });
    const { callback, pending } = await begun(own());
    const error = await failure(finishSignIn(own(), callback, pending), pending);
    expect(error).toMatchObject({ code: 'issuer_mismatch' });
  });

  test('with all endpoints given nobody says whether it must be there: `requireIss` does', async () => {
    const { server, provider: lenient } = await anyServer({ issuer: 'https://as.example' });
    const first = await begun(lenient);
    expect(await finishSignIn(lenient, first.callback, first.pending)).toMatchObject({ accessToken: 'at-1' });
    const { server: other, provider } = await anyServer({ issuer: 'https://as.example', requireIss: true });
    const { callback, pending } = await begun(provider);
    const error = await failure(finishSignIn(provider, callback, pending), pending);
    expect(error).toMatchObject({
      code: 'issuer_mismatch',
      message: expect.stringContaining('`requireIss`'),
    });
    expect(other.requests).toHaveLength(0);
    expect(server.requests.map(({ path }) => path)).toEqual(['/token']);
    const named = await begun(provider, { code: CODE, iss: 'https://as.example' });
    expect(await finishSignIn(provider, named.callback, named.pending)).toMatchObject({
      accessToken: 'at-1',
    });
  });

  test.each([{ requireIss: 'yes', issuer: 'https://as.example' }, { requireIss: true }])(
    '%o',
    async (options) => {
      await expect(anyServer(options)).rejects.toMatchObject({
        name: 'ConfigurationError',
        option: 'requireIss',
      });
    },
  );
});

describe('the nonce', () => {
  test.each<[string, (nonce: string | undefined) => object, boolean]>([
    ['the right one', (nonce) => ({ id_token: idToken({ sub: 'ada', nonce }) }), true],
    ['another one', () => ({ id_token: idToken({ sub: 'ada', nonce: 'another' }) }), false],
    ['none', () => ({ id_token: idToken({ sub: 'ada' }) }), false],
    ['an ID token that is none', () => ({ id_token: 'x.y.z' }), false],
    ['no ID token: nothing to check', () => ({}), true],
  ])('%s', async (_name, more, isFine) => {
    const { server, provider } = await anyServer({ scopes: ['openid'] });
    const { callback, pending } = await begun(provider);
    server.answer({ body: { ...TOKENS, ...more(pending.nonce) } });
    const work = finishSignIn(provider, callback, pending);
    if (isFine) expect(await work).toMatchObject({ accessToken: 'at-1' });
    else expect(await failure(work, pending)).toMatchObject({ code: 'nonce_mismatch' });
  });
});

describe('options', () => {
  test.each([
    ['redirectUri', {}],
    ['redirectUri', { redirectUri: '/callback' }],
    ['redirectUri', { redirectUri: 'http://app.example.com/callback' }],
    ['redirectUri', { redirectUri: 'https://app.example.com/#callback' }],
    ['redirectUri', { redirectUri: 'https://a:b@app.example.com/' }],
    ['redirectUri', { redirectUri: 'javascript:alert(1)' }],
    ['redirectURI', { redirectUri: REDIRECT, redirectURI: REDIRECT }],
    ['parameters', { redirectUri: REDIRECT, parameters: { max_age: 5 } }],
    ['stepUp', { redirectUri: REDIRECT, stepUp: 'insufficient_scope' }],
    ['stepUp.reason', { redirectUri: REDIRECT, stepUp: { reason: 'revoked' } }],
    ['stepUp.reason', { redirectUri: REDIRECT, stepUp: {} }],
    ['stepUp.claims', { redirectUri: REDIRECT, stepUp: { claims: '[]' } }],
    ['stepUp.maxAge', { redirectUri: REDIRECT, stepUp: { reason: 'insufficient_scope', maxAge: -1 } }],
    ['scopes', { redirectUri: REDIRECT, stepUp: { reason: 'insufficient_scope', scopes: ['a b'] } }],
    ['timeoutMs', { redirectUri: REDIRECT, timeoutMs: 0 }],
    ['signal', { redirectUri: REDIRECT, signal: {} }],
  ])('%s: %o', async (option, options) => {
    const { provider } = await anyServer();
    const error = await captured(beginSignIn(provider, options as BeginSignInOptions));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ option });
  });

  test.each([
    'https://app.example.com',
    'https://app.example.com/callback/?tenant=1',
    'http://localhost:3000/auth/',
    'http://[::1]:3000/',
    'com.example.app:/callback',
  ])('%s is sent letter for letter', async (redirectUri) => {
    const { provider, server } = await anyServer();
    const { asked, pending } = await begun(provider, {}, { redirectUri });
    expect(asked['redirect_uri']).toBe(redirectUri);
    await finishSignIn(provider, `?code=${CODE}&state=${pending.state}`, pending);
    expect(server.last.form.get('redirect_uri')).toBe(redirectUri);
  });

  test('an abort', async () => {
    const { provider, server } = await anyServer();
    const reason = new Error('the browser left');
    const aborted = AbortSignal.abort(reason);
    expect(await captured(beginSignIn(provider, { redirectUri: REDIRECT, signal: aborted }))).toBe(reason);
    server.answer('hang');
    const { callback, pending } = await begun(provider);
    const abort = new AbortController();
    const work = captured(finishSignIn(provider, callback, pending, { signal: abort.signal }));
    await vi.waitFor(() => expect(server.requests).toHaveLength(1), { timeout: 3_000 });
    abort.abort(reason);
    expect(await work).toBe(reason);
  });
});

test('at a server that wants proofs, the key comes with the tokens', async () => {
  await using server = await dpopServer();
  const provider = oauth2({
    tokenEndpoint: `${server.url}/token`,
    authorizationEndpoint: `${server.url}/authorize`,
    clientId: 'app',
    scopes: ['mail'],
    dpop: true,
  });
  const { callback, pending } = await begun(provider);
  await using tokens = createTokenManager({ provider, backend: memoryBackend() });
  await tokens.signIn(await finishSignIn(provider, callback, pending));
  const call = createAuthFetch(tokens, { origins: [server.url] });
  expect((await call(`${server.url}/mail`)).status).toBe(200);
});

test('what it brings is what the manager takes', async () => {
  const { provider } = await anyServer();
  const { callback, pending } = await begun(provider);
  await using tokens = createTokenManager({ provider, backend: memoryBackend() });
  await tokens.signIn(await finishSignIn(provider, callback, pending));
  expect((await tokens.getToken()).token).toBe('at-1');
});
