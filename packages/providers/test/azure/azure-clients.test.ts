import { ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { QueueServiceClient } from '@azure/storage-queue';
import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager, type TokenManager } from '@everbearer/core';
import { fromTokenCredential, toTokenCredential } from '@everbearer/providers/azure';
import { entraErrorOf, microsoft } from '@everbearer/providers/microsoft';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { azureService, tlsOptions } from '../support/azure-services.ts';
import { captured, refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { tokenServer } from '../support/token-server.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const VAULT = 'https://vault.azure.net/.default';
const STORAGE = 'https://storage.azure.com/.default';
const retryOptions = { maxRetries: 0 };
/** Its type does not know `tlsOptions`, its pipeline does. */
const storageOptions = { tlsOptions, retryOptions: { maxTries: 1 } };

/** An application at Entra, where each scope has tokens of its own: `SCOPE#1`, then `SCOPE#2` … */
async function application(): Promise<{ manager: TokenManager; claims: (string | null)[] }> {
  const claims: (string | null)[] = [];
  const issued = new Map<string, number>();
  const server = await tokenServer(({ form }) => {
    const scope = form.get('scope')?.split(' ')[0] ?? '';
    const count = (issued.get(scope) ?? 0) + 1;
    issued.set(scope, count);
    claims.push(form.get('claims'));
    return {
      body: { token_type: 'Bearer', access_token: `${new URL(scope).host}-${count}`, expires_in: 3600 },
    };
  });
  const provider = microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    clientSecret: 'secret-1',
    grant: 'client_credentials',
    scopes: ['https://graph.microsoft.com/.default'],
    endpoints: { token: `${server.url}/token` },
  });
  const manager = createTokenManager({ provider, backend: memoryBackend() });
  onTestFinished(() => manager.close());
  return { manager, claims };
}

const secret = (id: string) =>
  JSON.stringify({ value: 'hidden', id: `${id}/secrets/a/1`, attributes: { enabled: true } });

describe('our tokens in clients of the Azure SDK', () => {
  test('Key Vault: it asks for the scope of the challenge, and each call carries the token', async () => {
    const { manager } = await application();
    const challenge = `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`;
    const vault = await azureService(({ authorization }) =>
      authorization === 'Bearer vault.azure.net-1'
        ? { body: secret(vault.url) }
        : { status: 401, headers: { 'www-authenticate': challenge }, body: '{}' },
    );
    const client = new SecretClient(vault.url, toTokenCredential(manager), {
      disableChallengeResourceVerification: true,
      tlsOptions,
      retryOptions,
    });
    expect((await client.getSecret('a')).value).toBe('hidden');
    expect((await client.getSecret('a')).value).toBe('hidden');
    expect(vault.requests.map(({ authorization }) => authorization)).toEqual([
      undefined,
      'Bearer vault.azure.net-1',
      'Bearer vault.azure.net-1',
    ]);
  });

  test('Key Vault: a claims challenge is answered with another token, which was asked for with these claims', async () => {
    const { manager, claims } = await application();
    const wanted = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
    const first = `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`;
    const second = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${btoa(wanted)}"`;
    const vault = await azureService(({ authorization }) => {
      if (authorization === 'Bearer vault.azure.net-2') return { body: secret(vault.url) };
      const header = authorization === undefined ? first : second;
      return { status: 401, headers: { 'www-authenticate': header }, body: '{}' };
    });
    const client = new SecretClient(vault.url, toTokenCredential(manager), {
      disableChallengeResourceVerification: true,
      tlsOptions,
      retryOptions,
    });
    expect((await client.getSecret('a')).value).toBe('hidden');
    expect(JSON.parse(claims[1] ?? '')).toMatchObject({
      access_token: { nbf: { value: '1700000000' }, xms_cc: { values: ['CP1'] } },
    });
  });

  test('Storage: the second client has tokens of its own from the same source', async () => {
    const { manager } = await application();
    const storage = await azureService(() => ({
      headers: { 'content-type': 'application/xml' },
      body: '<?xml version="1.0"?><EnumerationResults><Queues><Queue><Name>jobs</Name></Queue></Queues><NextMarker/></EnumerationResults>',
    }));
    const client = new QueueServiceClient(storage.url, toTokenCredential(manager), storageOptions);
    const names: string[] = [];
    for await (const { name } of client.listQueues()) names.push(name);
    expect(names).toEqual(['jobs']);
    expect(storage.requests[0]?.authorization).toBe('Bearer storage.azure.com-1');
    expect((await manager.getToken({ scopes: [STORAGE] })).token).toBe('storage.azure.com-1');
    expect((await manager.getToken({ scopes: [VAULT] })).token).toBe('vault.azure.net-1');
  });
});

describe('tokens of @azure/identity in a token manager', () => {
  const appService = async (...tokens: string[]) => {
    const body = (token: string) => ({
      body: {
        access_token: token,
        expires_on: String(Math.floor(Date.now() / 1000) + 3600),
        resource: 'r',
        token_type: 'Bearer',
      },
    });
    const server = await tokenServer(...tokens.map(body));
    vi.stubEnv('IDENTITY_ENDPOINT', `${server.url}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header-1');
    return server;
  };

  test('a managed identity: asked once for many calls', async () => {
    const server = await appService('mi-1');
    const provider = fromTokenCredential(new ManagedIdentityCredential(), { scopes: [VAULT] });
    const manager = createTokenManager({ provider, backend: memoryBackend() });
    const tokens = await Promise.all(Array.from({ length: 20 }, () => manager.getToken()));
    expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set(['mi-1']));
    expect(tokens[0]?.expiresAt).toBeGreaterThan(Date.now() + 3_500_000);
    expect(server.requests).toHaveLength(1);
    await manager.close();
  });

  test('a refusal of Entra is known by its number, and quotes no secret', async () => {
    const entra = await azureService(({ path }) => {
      const metadata = {
        issuer: `${entra.url}/contoso/v2.0`,
        token_endpoint: `${entra.url}/contoso/oauth2/v2.0/token`,
        authorization_endpoint: `${entra.url}/contoso/oauth2/v2.0/authorize`,
        jwks_uri: `${entra.url}/contoso/keys`,
      };
      if (path.includes('.well-known')) return { body: JSON.stringify(metadata) };
      const body = {
        error: 'invalid_client',
        error_codes: [7000222],
        error_description: 'AADSTS7000222: The provided client secret keys are expired.',
      };
      return { status: 401, body: JSON.stringify(body) };
    });
    const credential = new ClientSecretCredential('contoso', 'client-1', 'secret-canary-1', {
      authorityHost: entra.url,
      disableInstanceDiscovery: true,
      tlsOptions,
      retryOptions,
    });
    const provider = fromTokenCredential(credential, { scopes: [VAULT] });
    const error = await refusal(provider.acquire(context({ scopes: [VAULT] })), 'secret-canary-1');
    expect(error).toMatchObject({ code: 'invalid_client' });
    expect(entraErrorOf(error)).toMatchObject({ number: 7000222, kind: 'configuration' });
    const token = entra.requests.find(({ method }) => method === 'POST');
    expect(token?.form.get('client_secret')).toBe('secret-canary-1');
  });

  test('a credential that is not set up here is a matter of configuration, said once', async () => {
    const { EnvironmentCredential } = await import('@azure/identity');
    for (const name of ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET']) vi.stubEnv(name, '');
    const provider = fromTokenCredential(new EnvironmentCredential(), { scopes: [VAULT] });
    const error = await captured(provider.acquire(context({ scopes: [VAULT] })));
    expect(error).toMatchObject({ code: 'invalid_client', sent: false });
    expect((error as Error).message).toContain('EnvironmentCredential is unavailable');
  });
});
