import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBackend } from '@everbearer/backends/memory';
import { ConfigurationError, createTokenManager } from '@everbearer/core';
import { type ManagedIdentityOptions, managedIdentity } from '@everbearer/providers/microsoft';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { managedIdentityProvider } from '../../src/microsoft/managed-identity.ts';
import { managedIdentitySource } from '../../src/microsoft/managed-identity-source.ts';
import { captured, refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { type Answer, closedPort, tokenServer } from '../support/token-server.ts';

const scopes = ['https://graph.microsoft.com/.default'];
const ask = () => context({ scopes });
const HOUR = 3600;
const nowS = () => Math.floor(Date.now() / 1000);

beforeEach(() => {
  for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'IMDS_ENDPOINT', 'MSI_ENDPOINT', 'MSI_SECRET'])
    vi.stubEnv(name, '');
  vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const queryOf = (path: string) => Object.fromEntries(new URL(path, 'http://x').searchParams);

/** What IMDS answers: numbers as text, an empty refresh token, `expires_in` from when the token was issued. */
const imdsToken = (token = 'at-1', leftS = 24 * HOUR): Answer => ({
  body: {
    access_token: token,
    client_id: 'client-1',
    refresh_token: '',
    expires_in: String(24 * HOUR),
    expires_on: String(nowS() + leftS),
    not_before: String(nowS()),
    resource: 'https://graph.microsoft.com',
    token_type: 'Bearer',
  },
});

async function onMachine(...answers: Answer[]) {
  const server = await tokenServer(...answers);
  vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', server.url);
  return server;
}

async function inAppService(...answers: Answer[]) {
  const server = await tokenServer(...answers);
  vi.stubEnv('IDENTITY_ENDPOINT', `${server.url}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'header-canary-1');
  return server;
}

describe('a virtual machine', () => {
  test('is asked as IMDS wants it, and outside a test at its link-local address', async () => {
    const server = await onMachine(imdsToken());
    const tokens = await managedIdentity({ scopes }).acquire(ask());
    expect(server.last).toMatchObject({ method: 'GET', headers: { metadata: 'true' } });
    expect(server.last.path).toMatch(/^\/metadata\/identity\/oauth2\/token\?/);
    expect(queryOf(server.last.path)).toEqual({
      'api-version': '2018-02-01',
      resource: 'https://graph.microsoft.com',
    });
    expect(tokens).toMatchObject({ accessToken: 'at-1', tokenType: 'Bearer' });
    expect(tokens).not.toHaveProperty('refreshToken');
    expect(managedIdentitySource({}).endpoint).toBe('http://169.254.169.254/metadata/identity/oauth2/token');
  });

  test('a token that was handed out before ends when it ends, and is renewed at half of what is left', async () => {
    await onMachine(imdsToken('at-1', 10 * HOUR), imdsToken('at-1', HOUR));
    const provider = managedIdentity({ scopes });
    const early = await provider.acquire(ask());
    expect(early.expiresAt).toBeLessThanOrEqual(Date.now() + 10 * HOUR * 1000);
    expect(early.renewAt).toBeGreaterThan(Date.now() + 4.9 * HOUR * 1000);
    expect(early.renewAt).toBeLessThanOrEqual(Date.now() + 5 * HOUR * 1000);
    const late = await provider.acquire(ask());
    expect(late.expiresAt).toBeLessThanOrEqual(Date.now() + HOUR * 1000);
    expect(late.renewAt).toBeUndefined();
  });

  test('the same token coming back again is fine, also after an API has rejected it', async () => {
    const server = await onMachine(imdsToken());
    const manager = createTokenManager({ provider: managedIdentity({ scopes }), backend: memoryBackend() });
    const { token } = await manager.getToken();
    expect((await manager.renew()).token).toBe(token);
    expect((await manager.getToken()).token).toBe(token);
    expect(server.requests).toHaveLength(2);
    expect(manager.state).not.toBe('reauthorization_required');
    await manager.close();
  });

  test.each<[string, Partial<ManagedIdentityOptions>, Record<string, string>]>([
    ['client id', { clientId: 'client-1' }, { client_id: 'client-1' }],
    ['object id', { objectId: 'object-1' }, { object_id: 'object-1' }],
    ['resource id', { resourceId: '/subscriptions/1/id' }, { msi_res_id: '/subscriptions/1/id' }],
  ])('a user-assigned identity is asked for by its %s', async (_name, options, sent) => {
    const server = await onMachine(imdsToken());
    await managedIdentity({ scopes, ...options }).acquire(ask());
    expect(queryOf(server.last.path)).toMatchObject(sent);
  });

  const page = { 'content-type': 'text/html' };
  test.each<[string, Answer, Record<string, unknown>]>([
    [
      'no such identity',
      { status: 400, body: { error: 'invalid_request', error_description: 'Identity not found' } },
      {
        code: 'invalid_request',
        description:
          'Identity not found: this machine has no such managed identity, so assign one to it, or name another one',
      },
    ],
    [
      'being updated',
      { status: 410, headers: page, body: '<h1>Gone</h1>' },
      { code: 'invalid_request', retryable: true, description: expect.stringContaining('being updated') },
    ],
    [
      'not there yet',
      { status: 404, body: { error: 'not_found' } },
      { code: 'invalid_request', retryable: true },
    ],
    [
      'the metadata of another cloud',
      { status: 404, headers: page, body: '<h1>No</h1>' },
      { code: 'invalid_request', retryable: false, description: expect.stringContaining('something else') },
    ],
    [
      'too many requests',
      { status: 429, headers: { 'retry-after': '3' }, body: { error: 'too_many_requests' } },
      { code: 'temporarily_unavailable', retryAfterMs: 3_000, description: 'too_many_requests' },
    ],
    [
      'a failure',
      { status: 500, body: { error: 'unknown' } },
      { code: 'temporarily_unavailable', status: 500 },
    ],
    [
      'a redirect',
      { status: 302, headers: { location: '/' }, body: '' },
      { code: 'invalid_response', status: 302 },
    ],
    ['no token', { body: {} }, { code: 'invalid_response', status: 200 }],
  ])('%s', async (_name, answer, expected) => {
    await onMachine(answer);
    expect(await refusal(managedIdentity({ scopes }).acquire(ask()))).toMatchObject(expected);
  });

  test.each([404, 410])('once a token came, a %d passes', async (status) => {
    await onMachine(imdsToken(), { status, headers: page, body: '<h1>No</h1>' });
    const provider = managedIdentity({ scopes });
    await provider.acquire(ask());
    expect(await refusal(provider.acquire(ask()))).toMatchObject({
      code: 'temporarily_unavailable',
      status,
      retryable: true,
    });
  });

  /** What a caller of the token manager gets, and after how many milliseconds. */
  async function firstError() {
    const manager = createTokenManager({ provider: managedIdentity({ scopes }), backend: memoryBackend() });
    onTestFinished(() => manager.close());
    const since = performance.now();
    const error = await refusal(manager.getToken());
    return { error, ms: performance.now() - since };
  }

  test.each<[string, () => Promise<unknown>, string, boolean]>([
    [
      'nobody listens',
      async () => vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', await closedPort()),
      'ECONNREFUSED, nobody listens there at 127.0.0.1',
      false,
    ],
    [
      'another cloud answers',
      () => onMachine({ status: 404, headers: page, body: '<h1>No</h1>' }),
      'what answers there is something else',
      false,
    ],
    ['the endpoint is being updated', () => onMachine({ status: 410, body: '' }), 'being updated', true],
  ])('where %s, that is told within a second', async (_name, where, words, retryable) => {
    await where();
    const { error, ms } = await firstError();
    expect(ms).toBeLessThan(1_000);
    expect(error.message).toContain('this machine has no managed identity, or is not one of Azure');
    expect(error.message).toContain(words);
    expect(error.retryable).toBe(retryable);
  });

  test('where all that is sent there is swallowed, that is told within two seconds', async () => {
    const hole = createServer(() => undefined);
    await new Promise<void>((listening) => hole.listen(0, '127.0.0.1', listening));
    onTestFinished(() => {
      hole.closeAllConnections();
      hole.close();
    });
    const { port } = hole.address() as AddressInfo;
    vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', `http://127.0.0.1:${port}`);
    const { error, ms } = await firstError();
    expect(ms).toBeLessThan(2_500);
    expect(error).toMatchObject({ code: 'network', retryable: false });
    expect(error.message).toContain('this machine has no managed identity');
  });

  test('a token that takes its time is waited for, where a second request is answered at once', async () => {
    const { body } = imdsToken();
    const slow = createServer((request, response) => {
      const isProbe = request.headers['metadata'] === undefined;
      response.statusCode = isProbe ? 400 : 200;
      setTimeout(() => response.end(JSON.stringify(isProbe ? {} : body)), isProbe ? 0 : 1_800);
    });
    await new Promise<void>((listening) => slow.listen(0, '127.0.0.1', listening));
    onTestFinished(() => {
      slow.closeAllConnections();
      slow.close();
    });
    const { port } = slow.address() as AddressInfo;
    vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', `http://127.0.0.1:${port}`);
    expect(await managedIdentity({ scopes }).acquire(ask())).toMatchObject({ accessToken: 'at-1' });
  });
});

describe('App Service', () => {
  const token = {
    access_token: 'at-1',
    expires_on: String(nowS() + HOUR),
    resource: 'r',
    token_type: 'Bearer',
  };

  test('is asked with its header, by the names it has for identities', async () => {
    const server = await inAppService({ body: token });
    const tokens = await managedIdentity({ scopes, resourceId: '/subscriptions/1/id' }).acquire(ask());
    expect(server.last.headers['x-identity-header']).toBe('header-canary-1');
    expect(server.last.path).toMatch(/^\/msi\/token\?/);
    expect(queryOf(server.last.path)).toEqual({
      'api-version': '2019-08-01',
      resource: 'https://graph.microsoft.com',
      mi_res_id: '/subscriptions/1/id',
    });
    expect(tokens.expiresAt).toBe(Number(token.expires_on) * 1000);
  });

  test('an end as a date is read, and one that is no instant means an unknown life', async () => {
    const date = new Date((nowS() + HOUR) * 1000).toISOString();
    await inAppService({ body: { ...token, expires_on: date } }, { body: { ...token, expires_on: 'soon' } });
    const provider = managedIdentity({ scopes });
    expect((await provider.acquire(ask())).expiresAt).toBe(Date.parse(date));
    expect(await provider.acquire(ask())).not.toHaveProperty('expiresAt');
  });

  test('its own errors are read, without its header', async () => {
    const message = 'No managed identity for header-canary-1';
    await inAppService({ status: 400, body: { statusCode: 400, message } });
    const error = await refusal(managedIdentity({ scopes }).acquire(ask()), 'header-canary-1');
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 });
    expect(error.description).toContain('No managed identity for');
  });
});

describe('Azure Arc', () => {
  const KEY = 'arc-key-canary-1';

  function keyFolder() {
    const folder = `${mkdtempSync(join(tmpdir(), 'arc-'))}/`;
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = `${folder}agent.key`;
    writeFileSync(file, KEY);
    return { folder, file };
  }

  async function onArc(challenge: string, ...then: Answer[]) {
    const first = { status: 401, headers: { 'www-authenticate': challenge }, body: '' };
    const server = await tokenServer(first, ...then);
    vi.stubEnv('IDENTITY_ENDPOINT', `${server.url}/metadata/identity/oauth2/token`);
    vi.stubEnv('IMDS_ENDPOINT', server.url);
    return server;
  }

  test('is asked twice, the second time with the key that only this machine can read', async () => {
    const { folder, file } = keyFolder();
    const server = await onArc(`Basic realm=${file}`, imdsToken());
    const tokens = await managedIdentityProvider({ scopes }, folder).acquire(ask());
    expect(tokens.accessToken).toBe('at-1');
    expect(server.requests).toHaveLength(2);
    expect(server.requests[0]?.headers).toMatchObject({ metadata: 'true' });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(server.last.headers).toMatchObject({ metadata: 'true', authorization: `Basic ${KEY}` });
    expect(queryOf(server.last.path)['api-version']).toBe('2020-06-01');
  });

  test.each<[string, (folder: string, file: string) => string]>([
    ['of another folder', () => 'Basic realm=/etc/agent.key'],
    ['above its folder', (folder) => `Basic realm=${folder}../agent.key`],
    ['below its folder', (folder) => `Basic realm=${folder}deep/agent.key`],
    ['of another kind', (folder) => `Basic realm=${folder}passwd`],
    ['not named', () => 'Bearer'],
  ])('a file %s is not read', async (_name, challenge) => {
    const { folder, file } = keyFolder();
    const server = await onArc(challenge(folder, file), imdsToken());
    const error = await refusal(managedIdentityProvider({ scopes }, folder).acquire(ask()));
    expect(error).toMatchObject({ code: 'invalid_response', status: 401 });
    expect(server.requests).toHaveLength(1);
  });

  test('a key that is too long, or cannot be read, is not sent', async () => {
    const { folder, file } = keyFolder();
    const server = await onArc(`Basic realm=${file}`);
    const provider = managedIdentityProvider({ scopes }, folder);
    writeFileSync(file, 'x'.repeat(4097));
    expect(await refusal(provider.acquire(ask()))).toMatchObject({ code: 'invalid_response' });
    rmSync(file);
    expect((await refusal(provider.acquire(ask()))).description).toContain(
      'add this user to the group himds',
    );
    expect(server.requests).toHaveLength(2);
  });

  test('an agent that overlooks which identity is meant is found out', async () => {
    const { folder, file } = keyFolder();
    await onArc(`Basic realm=${file}`, imdsToken());
    const own = managedIdentityProvider({ scopes, clientId: 'CLIENT-1' }, folder);
    expect((await own.acquire(ask())).accessToken).toBe('at-1');
    await onArc(`Basic realm=${file}`, imdsToken());
    const other = managedIdentityProvider({ scopes, clientId: 'client-2' }, folder);
    expect(await refusal(other.acquire(ask()), 'at-1')).toMatchObject({ code: 'invalid_response' });
  });
});

describe('Azure Machine Learning', () => {
  const onCluster = async () => {
    const server = await tokenServer({ body: { access_token: 'at-1', expires_on: String(nowS() + HOUR) } });
    vi.stubEnv('MSI_ENDPOINT', `${server.url}/msi`);
    vi.stubEnv('MSI_SECRET', 'secret-canary-1');
    vi.stubEnv('DEFAULT_IDENTITY_CLIENT_ID', 'default-1');
    return server;
  };

  test.each([
    ['its own identity is the one that the environment names', {}, 'default-1'],
    ['another is asked for by its client id', { clientId: 'client-1' }, 'client-1'],
  ])('%s', async (_name, identity, clientid) => {
    const server = await onCluster();
    expect((await managedIdentity({ scopes, ...identity }).acquire(ask())).accessToken).toBe('at-1');
    expect(server.last).toMatchObject({
      method: 'GET',
      headers: { metadata: 'true', secret: 'secret-canary-1' },
    });
    expect(queryOf(server.last.path)).toEqual({
      'api-version': '2017-09-01',
      resource: 'https://graph.microsoft.com',
      clientid,
    });
  });

  test('what it cannot choose by is named, and nothing is sent', async () => {
    const server = await onCluster();
    const error = await captured(managedIdentity({ scopes, objectId: 'o' }).acquire(ask()));
    expect(error).toMatchObject({ name: 'ConfigurationError', option: 'objectId' });
    expect(server.requests).toHaveLength(0);
  });
});

test('Cloud Shell is posted a form, and has one identity', async () => {
  const server = await tokenServer(imdsToken());
  vi.stubEnv('MSI_ENDPOINT', `${server.url}/oauth2/token`);
  expect((await managedIdentity({ scopes }).acquire(ask())).accessToken).toBe('at-1');
  expect(server.last).toMatchObject({ method: 'POST', path: '/oauth2/token', headers: { metadata: 'true' } });
  expect(Object.fromEntries(server.last.form)).toEqual({ resource: 'https://graph.microsoft.com' });
  const error = await captured(managedIdentity({ scopes, clientId: 'c' }).acquire(ask()));
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'clientId' });
  expect(server.requests).toHaveLength(1);
});

describe('what cannot be used is named', () => {
  test.each<[string, unknown]>([
    ['options', undefined],
    ['scopes', {}],
    ['scopes', { scopes: ['Mail.Read'] }],
    ['scopes', { scopes: ['https://x/.default', 'https://y/.default'] }],
    ['clientId', { scopes, clientId: '' }],
    ['objectId', { scopes, clientId: 'c', objectId: 'o' }],
    ['resource', { scopes, resource: 'x' }],
    ['fetch', { scopes, fetch: 'fetch' }],
  ])('%s', (option, options) => {
    const make = () => managedIdentity(options as ManagedIdentityOptions);
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  });

  test.each<[string, Record<string, string>]>([
    [
      'Service Fabric',
      { IDENTITY_ENDPOINT: 'https://x', IDENTITY_HEADER: 'h', IDENTITY_SERVER_THUMBPRINT: 't' },
    ],
    ['MSI_ENDPOINT', { MSI_ENDPOINT: 'http://example.com/token' }],
    ['IDENTITY_ENDPOINT', { IDENTITY_ENDPOINT: 'http://example.com/token', IDENTITY_HEADER: 'h' }],
  ])('%s', async (words, environment) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const error = await captured(managedIdentity({ scopes }).acquire(ask()));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain(words);
  });

  test('other scopes than one resource are refused without a request', async () => {
    const server = await onMachine(imdsToken());
    const error = await refusal(managedIdentity({ scopes }).acquire(context({ scopes: ['Mail.Read'] })));
    expect(error).toMatchObject({ code: 'invalid_scope', sent: false });
    expect(server.requests).toHaveLength(0);
  });
});

test('identities are told apart, and the one of the system by its machine', () => {
  const ids = [{}, { clientId: 'c' }, { objectId: 'c' }, { resourceId: 'c' }].map(
    (identity) => managedIdentity({ scopes, ...identity }).id,
  );
  expect(new Set(ids).size).toBe(4);
  expect(managedIdentity({ scopes, clientId: 'c' }).id).toBe(ids[1]);
  expect(ids[0]).toContain('client_id=system%40');
});
