import { memoryBackend } from '@everbearer/backends/memory';
import { type AuthEvent, createTokenManager, type TokenManager } from '@everbearer/core';
import type { TokenProvider, TokenSet } from '@everbearer/core/contract';
import { microsoft } from '@everbearer/providers/microsoft';
import { type OAuth2Options, oauth2 } from '@everbearer/providers/oauth2';
import { deviceCode } from '@everbearer/providers/sign-in';
import { describe, expect, test } from 'vitest';
import { refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { type Answer, idToken, type TokenServer, tokenServer } from '../support/token-server.ts';

const TOKENS = { token_type: 'Bearer', access_token: 'at-1', expires_in: 3600 };
const refreshToken = 'rt-1';

function entraAt(server: TokenServer, grant?: 'client_credentials'): TokenProvider {
  const common = {
    tenantId: 'contoso.com',
    clientId: 'client-1',
    endpoints: { token: `${server.url}/token` },
  };
  return grant
    ? microsoft({ ...common, clientSecret: 'cs', scopes: ['https://graph.microsoft.com/.default'], grant })
    : microsoft({ ...common, scopes: ['Mail.Read'] });
}

const googleAt = (server: TokenServer, more: Partial<OAuth2Options> & { grant?: 'refresh_token' } = {}) =>
  oauth2({ tokenEndpoint: `${server.url}/token`, clientId: 'client-1', scopes: ['mail'], ...more });

const refused = (body: Record<string, unknown>, more: Partial<Answer> = {}): Answer => ({
  status: 400,
  body: { error: 'invalid_grant', ...body },
  ...more,
});

const codeOf = (manager: TokenManager) =>
  manager.getToken().then(
    () => 'a token',
    ({ code }: { code: string }) => code,
  );

describe('what Entra refuses for now and for good', () => {
  const PASSES = true;
  const FINAL = false;
  test.each<[string, Record<string, unknown>, boolean]>([
    ['50076: a second factor', { error_codes: [50076] }, PASSES],
    ['53003: conditional access', { error_codes: [53003] }, PASSES],
    ['53000: the device', { error_codes: [53000] }, PASSES],
    ['65001: consent', { error_codes: [65001] }, PASSES],
    ['50055: the password', { error_codes: [50055] }, PASSES],
    ['50105: not assigned', { error_codes: [50105] }, PASSES],
    ['one of several numbers', { error_codes: [1, 50079] }, PASSES],
    ['700082: not used for too long', { error_codes: [700082] }, FINAL],
    ['70008: expired', { error_codes: [70008] }, FINAL],
    ['50173: revoked', { error_codes: [50173] }, FINAL],
    ['a token that is bad, whatever the number', { suberror: 'bad_token', error_codes: [50076] }, FINAL],
    ['a token that expired', { suberror: 'token_expired', error_codes: [65001] }, FINAL],
    ['no number', {}, FINAL],
    ['numbers as text', { error_codes: ['50076'] }, FINAL],
    ['numbers that are no list', { error_codes: 50076 }, FINAL],
    ['a number in the description alone', { error_description: 'AADSTS50076: …' }, FINAL],
  ])('%s', async (_name, body, passes) => {
    const server = await tokenServer(refused(body));
    const error = await refusal(entraAt(server).refresh?.({ refreshToken }, context()) as Promise<TokenSet>);
    expect(error).toMatchObject({ code: 'invalid_grant', passes });
  });

  test.each([
    ['basic_action', { suberror: 'basic_action' }],
    ['additional_action', { suberror: 'additional_action' }],
    ['a second factor', { error_codes: [50076] }],
    ['conditional access', { error_codes: [53003] }],
    ['consent', { error_codes: [65001] }],
  ])('%s is no end: renew() asks again, and goes on once it passes', async (_name, body) => {
    const said = 'AADSTS1: said so';
    const server = await tokenServer(refused({ ...body, error_description: said }));
    const manager = createTokenManager({ provider: entraAt(server), backend: memoryBackend() });
    await manager.signIn({ refreshToken });
    expect(await codeOf(manager)).toBe('interaction_required');
    expect(await codeOf(manager)).toBe('interaction_required');
    expect(server.requests).toHaveLength(1);
    const { lastFailure } = await manager.status();
    expect(lastFailure?.description).toContain(said);
    server.answer({ body: TOKENS });
    expect((await manager.renew()).token).toBe('at-1');
    expect(server.requests).toHaveLength(2);
  });

  test('an application without consent is asked again, too', async () => {
    const server = await tokenServer(refused({ error_codes: [700016] }));
    const backend = memoryBackend();
    const provider = entraAt(server, 'client_credentials');
    const manager = createTokenManager({ provider, backend });
    for (let call = 0; call < 10; call++) expect(await codeOf(manager)).toBe('invalid_grant');
    expect(server.requests).toHaveLength(1);
    server.answer({ body: TOKENS });
    expect(await codeOf(createTokenManager({ provider, backend }))).toBe('a token');
  });
});

describe('Retry-After is read whatever it comes with', () => {
  const headers = { 'retry-after': '7' };
  const page = { ...headers, 'content-type': 'text/html' };
  test.each<[string, Answer]>([
    ['400', refused({}, { headers })],
    ['401', refused({ error: 'invalid_client' }, { status: 401, headers })],
    ['403 with a page', { status: 403, headers: page, body: '<h1>Access Denied</h1>' }],
    ['200 with a page', { status: 200, headers: page, body: '<h1>Sign in</h1>' }],
    ['200 without a token', { status: 200, headers, body: {} }],
    ['a redirect to a log-in page', { status: 302, headers: { ...headers, location: '/login' }, body: '' }],
  ])('%s', async (_name, answer) => {
    const server = await tokenServer(answer);
    for (const provider of [entraAt(server), googleAt(server)]) {
      const error = await refusal(provider.refresh?.({ refreshToken }, context()) as Promise<TokenSet>);
      expect(error.retryAfterMs).toBe(7_000);
    }
  });
});

describe('a second consent at Google', () => {
  const STARTED = {
    device_code: 'dc-1',
    user_code: 'ABCD',
    verification_uri: 'https://login.example.com/device',
    expires_in: 900,
    interval: 1,
  };

  test.each([
    ['of the same person keeps the refresh token', 'sub-1', 'refresh_token_kept', 'a token'],
    ['of another person does not', 'sub-2', 'no_refresh_token', 'no_credential'],
  ])('%s', { timeout: 20_000 }, async (_name, sub, code, then) => {
    const server = await tokenServer();
    const provider = googleAt(server, { deviceAuthorizationEndpoint: `${server.url}/device` });
    const events: AuthEvent[] = [];
    const onEvent = (event: AuthEvent) => void events.push(event);
    const manager = createTokenManager({ provider, backend: memoryBackend(), onEvent });
    const consent = async (tokens: Record<string, unknown>) => {
      server.answer({ body: STARTED }, { body: { ...TOKENS, ...tokens } });
      await manager.signIn(await deviceCode(provider, { onCode: () => undefined }));
    };
    await consent({ id_token: idToken({ sub: 'sub-1' }), refresh_token: 'rt-first' });
    await consent({ id_token: idToken({ sub }), access_token: 'at-2', expires_in: 1 });
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code }));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    server.answer({ body: TOKENS });
    expect(await codeOf(manager)).toBe(then);
    if (then === 'a token') expect(server.last.form.get('refresh_token')).toBe('rt-first');
    await manager.close();
  });
});

test.each([
  ['with spaces', ' one  two '],
  ['of 17 KiB', 'x'.repeat(17_408)],
  ['of odd characters', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
])('a refresh token %s reaches the server as it was issued', async (_name, token) => {
  const server = await tokenServer({ body: { ...TOKENS, refresh_token: token } });
  for (const provider of [entraAt(server), googleAt(server)]) {
    const manager = createTokenManager({ provider, backend: memoryBackend() });
    await manager.signIn({ refreshToken: 'rt-0' });
    await manager.getToken();
    await manager.renew();
    expect(server.last.form.get('refresh_token')).toBe(token);
  }
});
