import { memoryBackend } from '@everbearer/backends/memory';
import { createAccounts, createTokenManager } from '@everbearer/core';
import {
  jwtBearer,
  type OAuth2Options,
  type OwnGrant,
  oauth2,
  tokenExchange,
} from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { ask, at, credential, REFRESH_TOKEN, TOKENS } from '../support/oauth2-fixture.ts';
import { type TokenServer, tokenServer } from '../support/token-server.ts';

const sent = ({ last }: TokenServer) => [...last.form.entries()];

describe('parameters', () => {
  test('by grant, and a list several times', async () => {
    const server = await tokenServer({ body: TOKENS });
    const provider = at(server, {
      tokenParameters: { resource: ['https://a.example', 'https://b.example'] },
      grantParameters: {
        refresh_token: { scope: 'mail offline', redirect_uri: 'https://app.example/cb', audience: 'x' },
        authorization_code: { audience: 'y' },
      },
    });
    await provider.refresh(credential, ask());
    expect(server.last.form.getAll('resource')).toEqual(['https://a.example', 'https://b.example']);
    expect(Object.fromEntries(server.last.form)).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      scope: 'mail offline',
      redirect_uri: 'https://app.example/cb',
      audience: 'x',
    });
    await provider.refresh(credential, ask({ scopes: ['files'] }));
    expect(server.last.form.get('scope')).toBe('files');
    expect(provider.id).toContain('resource=https://a.example&resource=https://b.example');
    expect(provider.id).not.toContain('audience');
  });

  test('as JSON', async () => {
    const bodies: string[] = [];
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      bodies.push(String(init?.body), String(new Headers(init?.headers).get('content-type')));
      return Response.json(TOKENS);
    };
    const provider = oauth2({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'client-1',
      scopes: [],
      bodyFormat: 'json',
      tokenParameters: { resource: ['a', 'b'] },
      fetch,
    });
    await provider.refresh(credential, ask());
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      client_id: 'client-1',
      scope: 'mail',
      resource: ['a', 'b'],
    });
    expect(bodies[1]).toBe('application/json');
  });

  test('as JSON over the wire, with its length', async () => {
    const server = await tokenServer({ body: TOKENS });
    await at(server, { bodyFormat: 'json' }).refresh(credential, ask());
    expect(server.last.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': expect.stringMatching(/^\d+$/),
    });
  });

  test("headers of one's own are sent, and never quoted", async () => {
    const server = await tokenServer({ body: TOKENS });
    const provider = at(server, { headers: { 'X-Api-Key': 'key-canary-1' } });
    await provider.refresh(credential, ask());
    expect(server.last.headers['x-api-key']).toBe('key-canary-1');
    server.answer({ status: 400, body: { error: 'invalid_request', error_description: 'bad key-canary-1' } });
    await refusal(provider.refresh(credential, ask()), 'key-canary-1');
  });

  const fine = { tokenEndpoint: 'https://as.example/token', clientId: 'c', scopes: [] };
  test.each<[string, object]>([
    ['tokenParameters', { tokenParameters: { scope: 'x' } }],
    ['tokenParameters', { tokenParameters: { a: [1] } }],
    ['grantParameters', { grantParameters: 'x' }],
    ['grantParameters.refresh_token', { grantParameters: { refresh_token: { refresh_token: 'x' } } }],
    ['grantParameters.refresh_token', { grantParameters: { refresh_token: { client_secret: 'x' } } }],
    ['bodyFormat', { bodyFormat: 'xml' }],
    ['headers', { headers: { authorization: 'x' } }],
    ['headers', { headers: { 'x y': 'x' } }],
    ['headers', { headers: { x: 'a\nb' } }],
    ['readReply', { readReply: 'data' }],
    ['keep', { keep: 'instance_url' }],
    ['keep', { keep: ['refresh_token'] }],
    [
      'clientAuthentication.encoding',
      { clientAuthentication: { method: 'client_secret_basic', clientSecret: 'x', encoding: 'x' } },
    ],
    [
      'clientAuthentication.encoding',
      { clientAuthentication: { method: 'client_secret_post', clientSecret: 'x', encoding: 'raw' } },
    ],
    ['grant.type', { grant: {} }],
    ['grant.params', { grant: { type: 'x', params: {} } }],
    ['grant.parameters', { grant: { type: 'x', parameters: 'y' } }],
    [
      'grant.parameters.password',
      { grant: { type: 'password', parameters: { username: 'a', password: 'b' } } },
    ],
    ['grant.subject', { grant: { type: 'x', parameters: () => ({}) } }],
  ])('%s is checked: %j', (option, wrong) => {
    const make = () => oauth2({ ...fine, ...wrong } as unknown as OAuth2Options & { grant: OwnGrant });
    expect(make).toThrow(expect.objectContaining({ option }));
  });
});

describe("grants of one's own", () => {
  async function acquired(grant: OwnGrant, scopes: string[] = []) {
    const server = await tokenServer({
      body: { access_token: 'at-1', token_type: 'Bearer', expires_in: 60 },
    });
    const options = { tokenEndpoint: `${server.url}/token`, clientId: 'client-1', scopes, grant };
    const provider = oauth2(options);
    const manager = createTokenManager({ provider, backend: memoryBackend() });
    expect((await manager.getToken()).token).toBe('at-1');
    await manager.close();
    return { server, provider, form: Object.fromEntries(sent(server)) };
  }

  test('Zoom: account_credentials', async () => {
    const { form, provider } = await acquired({
      type: 'account_credentials',
      parameters: { account_id: 'a-1' },
    });
    expect(form).toEqual({ grant_type: 'account_credentials', account_id: 'a-1', client_id: 'client-1' });
    expect(provider.id).toContain('grant_type=account_credentials&account_id=a-1');
  });

  test('JWT bearer (RFC 7523)', async () => {
    let made = 0;
    const grant = jwtBearer({ assertion: async () => `jwt-${++made}`, subject: 'reports' });
    const { form, provider } = await acquired(grant, ['mail']);
    expect(form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: 'jwt-1',
      scope: 'mail',
      client_id: 'client-1',
    });
    expect(provider.id).toContain('subject=reports');
    expect(provider.id).not.toContain('jwt-1');
  });

  test('token exchange (RFC 8693)', async () => {
    const { form, server, provider } = await acquired(
      tokenExchange({
        subjectToken: () => 'st-canary-1',
        actorToken: 'ac-canary-1',
        audience: ['a', 'b'],
        requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
        subject: 'ada',
      }),
    );
    expect(form).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'st-canary-1',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      actor_token: 'ac-canary-1',
      actor_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
    expect(server.last.form.getAll('audience')).toEqual(['a', 'b']);
    const quoting = {
      status: 400,
      body: { error: 'invalid_request', error_description: 'no st-canary-1 by ac-canary-1' },
    };
    server.answer(quoting);
    await refusal(Promise.resolve(provider.acquire(ask())), 'st-canary-1', 'ac-canary-1');
  });

  test('parameters that cannot be obtained are named, and nothing is sent', async () => {
    const server = await tokenServer({ body: TOKENS });
    const parameters = () => Promise.reject(new Error('secret-canary-1'));
    const grant = { type: 'x', subject: 'y', parameters };
    const provider = oauth2({ tokenEndpoint: `${server.url}/token`, clientId: 'c', scopes: [], grant });
    const error = await refusal(provider.acquire(ask()), 'secret-canary-1');
    expect(error).toMatchObject({ sent: false, retryable: true });
    expect(error.message).toContain('`grant.parameters` failed');
    expect(server.requests).toHaveLength(0);
  });
});

describe('tokens in odd places', () => {
  const authedUser = (body: unknown) => (body as { authed_user?: object }).authed_user;
  test.each<[string, unknown, (body: unknown) => object | undefined]>([
    ['Slack', { ok: true, authed_user: TOKENS }, authedUser],
    ['below data', { data: TOKENS }, (body) => (body as { data: object }).data],
    ['in a list', [TOKENS], (body) => (body as object[])[0]],
    [
      'camel case',
      { accessToken: 'at-1', refreshToken: 'rt-2' },
      (body) => {
        const { accessToken, refreshToken } = body as Record<string, string>;
        return { access_token: accessToken, refresh_token: refreshToken };
      },
    ],
    [
      'a text',
      'at-1;rt-2',
      (body) => {
        const [access_token, refresh_token] = String(body).split(';');
        return { access_token, refresh_token };
      },
    ],
    ['the usual place', TOKENS, () => undefined],
  ])('%s', async (_name, body, readReply) => {
    const server = await tokenServer({ body });
    const tokens = await at(server, { readReply }).refresh(credential, ask());
    expect(tokens).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-2' });
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('rt-canary');
      },
    ],
    ['returns a promise', async () => TOKENS],
    ['returns a text', () => 'at-1'],
  ])('a function that %s is named, and the refresh token is presented once', async (_name, readReply) => {
    const server = await tokenServer({ body: TOKENS });
    const provider = at(server, { readReply: readReply as () => object });
    const manager = createTokenManager({ provider, backend: memoryBackend() });
    await manager.signIn({ refreshToken: 'rt-1' });
    const error = await captured(manager.getToken());
    expect((error as Error).message).toContain('`readReply`');
    await captured(manager.getToken());
    expect(server.requests).toHaveLength(1);
  });
});

describe('members beside the tokens', () => {
  test('are kept in the record, and go on through replies without them', async () => {
    const beside = {
      instance_url: 'https://eu1.example',
      api_domain: 'https://api.example',
      count: 7,
      secret: 'no',
    };
    const server = await tokenServer({ body: { ...TOKENS, ...beside, list: [1] } }, { body: TOKENS });
    const backend = memoryBackend();
    const provider = at(server, { keep: ['instance_url', 'count', 'list', 'absent'] });
    const manager = createTokenManager({ provider, backend });
    expect(manager.kept).toEqual({});
    await manager.signIn({ refreshToken: 'rt-1' });
    await manager.getToken();
    expect(manager.kept).toEqual({ instance_url: 'https://eu1.example', count: '7' });
    await manager.renew();
    const other = createTokenManager({ provider, backend });
    expect((await other.status()).kept).toEqual({ instance_url: 'https://eu1.example', count: '7' });
    expect(other.kept.instance_url).toBe('https://eu1.example');
    const accounts = createAccounts({ provider, backend });
    const account = accounts.for(manager.account);
    await account.status();
    expect(account.kept).toEqual({ instance_url: 'https://eu1.example', count: '7' });
    await accounts.close();
  });
});
