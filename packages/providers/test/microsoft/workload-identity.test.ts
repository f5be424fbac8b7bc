import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBackend } from '@everbearer/backends/memory';
import { ConfigurationError, createTokenManager } from '@everbearer/core';
import { federatedTokenFile, microsoft, workloadIdentity } from '@everbearer/providers/microsoft';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { captured, expectNoSecret } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { tokenServer } from '../support/token-server.ts';

const TOKENS = { token_type: 'Bearer', access_token: 'at-1', expires_in: 3600 };
const scopes = ['https://graph.microsoft.com/.default'];
const jwt = (name: string) => `eyJhbGciOiJSUzI1NiJ9.${name}.c2lnbmF0dXJl`;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A folder as the kubelet projects a token into it: the file is a link through `..data`, which is replaced at once. */
function projected(first: string) {
  const folder = mkdtempSync(join(tmpdir(), 'projected-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, '..data');
  let turn = 0;
  const rotate = (token: string) => {
    turn += 1;
    const next = mkdtempSync(join(folder, `..${turn}-`));
    writeFileSync(join(next, 'azure-identity-token'), token);
    symlinkSync(next, `${data}_tmp`);
    renameSync(`${data}_tmp`, data);
  };
  rotate(first);
  const file = join(folder, 'azure-identity-token');
  symlinkSync(join('..data', 'azure-identity-token'), file);
  return { file, rotate };
}

/** The environment as the webhook of Azure Workload Identity sets it. */
function inPod(file: string) {
  vi.stubEnv('AZURE_TENANT_ID', '11111111-2222-3333-4444-555555555555');
  vi.stubEnv('AZURE_CLIENT_ID', 'client-of-the-pod');
  vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', file);
  vi.stubEnv('AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.com/');
}

test('in a pod the scopes are all that is to be said, and the token file is read again each time', async () => {
  const { file, rotate } = projected(`${jwt('first')}\n`);
  inPod(file);
  const server = await tokenServer({ body: TOKENS });
  const provider = workloadIdentity({ scopes, endpoints: { token: `${server.url}/token` } });
  await provider.acquire(context({ scopes }));
  expect(Object.fromEntries(server.last.form)).toMatchObject({
    client_id: 'client-of-the-pod',
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt('first'),
    scope: scopes[0],
  });
  rotate(jwt('second'));
  await provider.acquire(context({ scopes }));
  expect(server.last.form.get('client_assertion')).toBe(jwt('second'));
});

test('the tenant and the sign-in service of the environment are asked', async () => {
  inPod(projected(jwt('one')).file);
  vi.stubEnv('AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.us/');
  const urls: string[] = [];
  const provider = workloadIdentity({
    scopes: ['https://graph.microsoft.us/.default'],
    fetch: async (input) => {
      urls.push(String(input));
      return Response.json(TOKENS);
    },
  });
  await provider.acquire(context({ scopes: provider.scopes }));
  expect(urls[0]).toMatch(
    /^https:\/\/login\.microsoftonline\.us\/11111111-2222-3333-4444-555555555555\/oauth2\/v2\.0\/token/,
  );
});

test('what is given goes before the environment', async () => {
  inPod('/nowhere/token');
  const { file } = projected(jwt('given'));
  const server = await tokenServer({ body: TOKENS });
  const endpoints = { token: `${server.url}/token` };
  const provider = workloadIdentity({
    scopes,
    clientId: 'own',
    tenantId: 'own.com',
    tokenFile: file,
    endpoints,
  });
  await provider.acquire(context({ scopes }));
  expect(server.last.form.get('client_id')).toBe('own');
  expect(server.last.form.get('client_assertion')).toBe(jwt('given'));
  expect(provider.id).toContain('tenant=own.com');
});

test.each([
  ['AZURE_TENANT_ID', 'tenantId'],
  ['AZURE_CLIENT_ID', 'clientId'],
  ['AZURE_FEDERATED_TOKEN_FILE', 'tokenFile'],
])('without %s it says what to set', (variable, option) => {
  inPod('/var/run/secrets/token');
  vi.stubEnv(variable, '');
  const make = () => workloadIdentity({ scopes });
  expect(make).toThrow(expect.objectContaining({ option, message: expect.stringContaining(variable) }));
});

test('a sign-in service in the environment that is no address is named by its variable', () => {
  inPod('/var/run/secrets/token');
  vi.stubEnv('AZURE_AUTHORITY_HOST', 'login.microsoftonline.com');
  const make = () => workloadIdentity({ scopes });
  expect(make).toThrow(expect.objectContaining({ option: 'AZURE_AUTHORITY_HOST' }));
  expect(() => workloadIdentity({ scopes, cloud: 'public' })).not.toThrow();
});

test.each<[string, (file: string) => void, string]>([
  ['a file that is gone', (file) => rmSync(file), 'cannot be read (ENOENT)'],
  ['an empty file', (file) => writeFileSync(file, ''), 'holds no signed token'],
  ['half a token', (file) => writeFileSync(file, 'canary-half.canary'), 'holds no signed token'],
  ['a file of another kind', (file) => writeFileSync(file, 'x'.repeat(70_000)), 'is longer than 64 KiB'],
])('%s is named, nothing is sent, and renew() reads it again', async (_name, damage, fault) => {
  const { file, rotate } = projected(jwt('one'));
  const server = await tokenServer({ body: TOKENS });
  const endpoints = { token: `${server.url}/token` };
  const provider = workloadIdentity({ scopes, clientId: 'c', tenantId: 't', tokenFile: file, endpoints });
  const manager = createTokenManager({ provider, backend: memoryBackend() });
  damage(file);
  const error = await captured(manager.getToken());
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as Error).message).toContain(`${file} ${fault}`);
  expectNoSecret(error, 'canary-half');
  expect(server.requests).toHaveLength(0);
  rmSync(file, { force: true });
  symlinkSync(join('..data', 'azure-identity-token'), file);
  rotate(jwt('two'));
  expect((await manager.renew()).token).toBe('at-1');
  await manager.close();
});

test('the file is an assertion function for any application', async () => {
  const { file } = projected(jwt('one'));
  const server = await tokenServer({ body: { ...TOKENS, refresh_token: 'rt-2' } });
  const provider = microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    clientAssertion: federatedTokenFile(file),
    endpoints: { token: `${server.url}/token` },
  });
  await provider.refresh({ refreshToken: 'rt-1' }, context());
  expect(server.last.form.get('client_assertion')).toBe(jwt('one'));
  expect(() => federatedTokenFile('')).toThrow(expect.objectContaining({ option: 'tokenFile' }));
});
