import { oauth2 } from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { refusal } from '../support/captured-error.ts';
import { ask, at, credential, REFRESH_TOKEN, TOKENS } from '../support/oauth2-fixture.ts';
import { closedPort, idToken, type TokenServer, tokenServer } from '../support/token-server.ts';

describe('refresh', () => {
  test('redeems the refresh token; the scopes of the sign-in need no mention', async () => {
    const id_token = idToken({ sub: 'sub-1', email: 'ada@example.com' });
    const server = await tokenServer({ body: { ...TOKENS, scope: 'mail profile', id_token } });
    const tokens = await at(server).refresh(credential, ask());
    expect(tokens).toMatchObject({
      accessToken: 'at-1',
      refreshToken: 'rt-2',
      tokenType: 'bearer',
      scopes: ['mail', 'profile'],
      user: { id: 'sub-1', username: 'ada@example.com' },
    });
    expect(Object.fromEntries(server.last.form)).toEqual({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      client_id: 'client-1',
    });
    expect(server.last.headers.accept).toBe('application/json');
  });

  test('other scopes, claims and parameters of the server are sent', async () => {
    const server = await tokenServer({ body: TOKENS });
    const provider = at(server, { tokenParameters: { audience: 'https://api.example.com' } });
    const claims = '{"access_token":{"acr":{"essential":true}}}';
    await provider.refresh(credential, ask({ scopes: ['mail', 'files'], claims }));
    expect(Object.fromEntries(server.last.form)).toMatchObject({
      scope: 'mail files',
      claims,
      audience: 'https://api.example.com',
    });
  });

  test.each([
    ['absent', undefined],
    ['a word', 'soon'],
    ['negative', -1],
    ['null', null],
    ['an object', {}],
  ])('expires_in that is %s means an unknown life and costs nothing', async (_, expires_in) => {
    const server = await tokenServer({ body: { ...TOKENS, expires_in } });
    const tokens = await at(server).refresh(credential, ask());
    const known = { accessToken: 'at-1', refreshToken: 'rt-2', tokenType: 'bearer' };
    expect(tokens).toEqual({ ...known, serverDate: expect.any(Number) });
  });

  test('neither an odd token_type nor a broken id_token costs the refresh token', async () => {
    const server = await tokenServer({ body: { ...TOKENS, token_type: 7, id_token: 'nonsense' } });
    expect(await at(server).refresh(credential, ask())).toMatchObject({ refreshToken: 'rt-2' });
  });

  test('a reply without a refresh token brings none', async () => {
    const server = await tokenServer({ body: { access_token: 'at-1', token_type: 'Bearer' } });
    expect(await at(server).refresh(credential, ask())).not.toHaveProperty('refreshToken');
  });

  test('Keycloak says how long the refresh token lives', async () => {
    const server = await tokenServer({ body: { ...TOKENS, refresh_expires_in: 1800 } });
    const { refreshTokenExpiresAt = 0 } = await at(server).refresh(credential, ask());
    expect(refreshTokenExpiresAt - Date.now()).toBeGreaterThan(1_790_000);
    server.answer({ body: { ...TOKENS, refresh_expires_in: 0 } });
    expect(await at(server).refresh(credential, ask())).not.toHaveProperty('refreshTokenExpiresAt');
  });

  test.each([
    ['bad_refresh_token', 'invalid_grant'],
    ['incorrect_client_credentials', 'invalid_client'],
  ])('GitHub answers 200 with the error %s', async (error, code) => {
    const server = await tokenServer({ body: { error, error_description: `no ${REFRESH_TOKEN}` } });
    const refused = await refusal(at(server).refresh(credential, ask()), REFRESH_TOKEN);
    expect(refused).toMatchObject({
      code,
      status: 200,
      description: `no [redacted] (in its own words ${error})`,
    });
  });

  test('GitHub answers with a form if it was not asked for JSON', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const server = await tokenServer({
      headers,
      body: 'access_token=at-1&refresh_token=rt-2&expires_in=28800',
    });
    const tokens = await at(server).refresh(credential, ask());
    expect(tokens).toMatchObject({
      accessToken: 'at-1',
      refreshToken: 'rt-2',
      expiresAt: expect.any(Number),
    });
  });

  test('Google asks for a new sign-in by a subtype, which is told as interaction_required', async () => {
    const server = await tokenServer({
      status: 400,
      body: { error: 'invalid_grant', error_subtype: 'invalid_rapt' },
    });
    expect(await refusal(at(server).refresh(credential, ask()))).toMatchObject({
      code: 'interaction_required',
      description: 'in its own words invalid_grant, invalid_rapt',
    });
  });

  test.each([
    ['500 {}', { status: 500 }, { code: 'invalid_response', status: 500 }],
    ['404 {}', { status: 404 }, { code: 'invalid_response', status: 404 }],
    ['502 HTML', { status: 502, body: '<html>' }, { code: 'invalid_response', status: 502 }],
    ['200 {}', {}, { code: 'invalid_response', status: 200 }],
    ['429', { status: 429, headers: { 'retry-after': '3' } }, { status: 429, retryAfterMs: 3_000 }],
    ['400', { status: 400, body: { error: 'invalid_grant' } }, { code: 'invalid_grant', status: 400 }],
    ['redirect', { status: 302, headers: { location: '/' } }, { code: 'invalid_response', status: 302 }],
    ['too long', { body: 'x'.repeat(70_000) }, { code: 'invalid_response', status: 200 }],
  ])('%s', async (_, answer, expected) => {
    const server = await tokenServer(answer);
    expect(await refusal(at(server).refresh(credential, ask()), REFRESH_TOKEN)).toMatchObject({
      ...expected,
      sent: true,
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a server that does not answer is left when the signal says so', async () => {
    const server = await tokenServer('hang');
    const error = await refusal(at(server).refresh(credential, ask({ signal: AbortSignal.timeout(50) })));
    expect(error).toMatchObject({ code: 'timeout', sent: true });
  });

  test('a body that never ends is left when the signal says so', async () => {
    const endless = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{')) });
    const provider = oauth2({
      tokenEndpoint: 'https://login.example.com/token',
      clientId: 'client-1',
      scopes: [],
      fetch: async (_, init) => {
        return new Response(
          endless.pipeThrough(new TransformStream(), { signal: init?.signal as AbortSignal }),
        );
      },
    });
    const error = await refusal(provider.refresh(credential, ask({ signal: AbortSignal.timeout(50) })));
    expect(error).toMatchObject({ code: 'timeout', sent: true });
  });

  test('nobody listens: nothing was sent', async () => {
    const provider = oauth2({ tokenEndpoint: await closedPort(), clientId: 'client-1', scopes: [] });
    expect(await refusal(provider.refresh(credential, ask()))).toMatchObject({
      code: 'network',
      sent: false,
    });
  });
});

describe('revocation', () => {
  const revoked = ({ requests }: TokenServer) =>
    requests.map(({ path, form }) => [path, form.get('token_type_hint'), form.get('token')]);

  test('revokes both tokens, the refresh token first', async () => {
    const server = await tokenServer({ body: '' });
    const provider = at(server, { revocationEndpoint: `${server.url}/revoke` });
    await provider.revoke?.({ accessToken: 'at-1', refreshToken: REFRESH_TOKEN }, ask());
    expect(revoked(server)).toEqual([
      ['/revoke', 'refresh_token', REFRESH_TOKEN],
      ['/revoke', 'access_token', 'at-1'],
    ]);
    await provider.revoke?.({ accessToken: 'at-2' }, ask());
    expect(revoked(server).slice(2)).toEqual([['/revoke', 'access_token', 'at-2']]);
    await provider.revoke?.({}, ask());
    expect(server.requests).toHaveLength(3);
  });

  test('a server that revokes no access tokens, or knows this one no more, has revoked the refresh token', async () => {
    const server = await tokenServer();
    const provider = at(server, { revocationEndpoint: `${server.url}/revoke` });
    for (const error of ['unsupported_token_type', 'invalid_request']) {
      server.answer(({ form }) =>
        form.get('token') === REFRESH_TOKEN ? { body: '' } : { status: 400, body: { error } },
      );
      await provider.revoke?.({ accessToken: 'at-1', refreshToken: REFRESH_TOKEN }, ask());
    }
    server.answer({ status: 503, body: '' });
    const work = Promise.resolve(provider.revoke?.({ accessToken: 'at-1' }, ask()));
    expect(await refusal(work, 'at-1')).toMatchObject({ status: 503 });
  });

  test('a refresh token that the server knows no more is revoked', async () => {
    const server = await tokenServer();
    const provider = at(server, { revocationEndpoint: `${server.url}/revoke` });
    const revoke = () => Promise.resolve(provider.revoke?.({ refreshToken: REFRESH_TOKEN }, ask()));
    for (const description of ['token not found', 'refresh token revoked']) {
      const body = { error: 'invalid_request', error_description: description };
      server.answer({ status: 400, body });
      await revoke();
      server.answer({ status: 401, body: { ...body, error: 'invalid_client' } });
      expect(await refusal(revoke(), REFRESH_TOKEN)).toMatchObject({ status: 401 });
    }
  });

  test('a refresh token that was not revoked is told of, and so is an access token', async () => {
    const server = await tokenServer();
    const provider = at(server, { revocationEndpoint: `${server.url}/revoke` });
    for (const failing of ['at-1', REFRESH_TOKEN]) {
      server.answer(({ form }) => (form.get('token') === failing ? { status: 500, body: '' } : { body: '' }));
      const tokens = { accessToken: 'at-1', refreshToken: REFRESH_TOKEN };
      const work = Promise.resolve(provider.revoke?.(tokens, ask()));
      expect(await refusal(work, ...Object.values(tokens))).toMatchObject({ status: 500 });
      expect(server.last.form.get('token')).toBe('at-1');
    }
  });

  test('a refusal is told', async () => {
    const server = await tokenServer({
      status: 503,
      headers: { 'retry-after': '2' },
      body: `gone ${REFRESH_TOKEN}`,
    });
    const provider = at(server, { revocationEndpoint: `${server.url}/revoke` });
    const work = Promise.resolve(provider.revoke?.({ refreshToken: REFRESH_TOKEN }, ask()));
    expect(await refusal(work, REFRESH_TOKEN)).toMatchObject({ status: 503, retryAfterMs: 2_000 });
  });
});
