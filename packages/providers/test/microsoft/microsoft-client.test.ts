import { microsoft } from '@everbearer/providers/microsoft';
import { expect, test, vi } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { tokenServer } from '../support/token-server.ts';

const tenantId = '11111111-2222-3333-4444-555555555555';
const REFRESH_TOKEN = 'rt-canary-1';
const credential = { refreshToken: REFRESH_TOKEN };

const TOKENS = { token_type: 'Bearer', expires_in: 3599, access_token: 'at-1', refresh_token: 'rt-2' };

test('secrets in a description are redacted', async () => {
  const clientSecret = 'secret-canary-1';
  const said = `AADSTS7000215: Invalid client secret ${clientSecret} with token ${REFRESH_TOKEN}.`;
  const server = await tokenServer({
    status: 401,
    body: { error: 'invalid_client', error_description: said },
  });
  const token = `${server.url}/${tenantId}/oauth2/v2.0/token`;
  const provider = microsoft({
    tenantId,
    clientId: 'client-1',
    clientSecret,
    scopes: ['Mail.Read'],
    endpoints: { token },
  });
  const error = await refusal(provider.refresh(credential, context()), REFRESH_TOKEN, clientSecret);
  expect(error).toMatchObject({ code: 'invalid_client', status: 401 });
  expect(error.description).toContain('AADSTS7000215');
  expect(server.requests[0]?.form.get('client_secret')).toBe(clientSecret);
});

test('a client assertion is asked for each time; one that fails sends nothing', async () => {
  const server = await tokenServer({ body: TOKENS });
  let calls = 0;
  const provider = microsoft({
    tenantId,
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    endpoints: { token: `${server.url}/${tenantId}/oauth2/v2.0/token` },
    clientAssertion() {
      calls += 1;
      if (calls === 2) throw new Error('no file with assertion-canary');
      return `assertion-${calls}`;
    },
  });
  await provider.refresh(credential, context());
  expect(server.requests[0]?.form.get('client_assertion')).toBe('assertion-1');
  const error = await refusal(provider.refresh(credential, context()), 'assertion-canary');
  // A key vault that is out of order may answer the next time.
  expect(error).toMatchObject({ code: 'invalid_client', sent: false, retryable: true });
  await provider.refresh(credential, context());
  expect(server.requests).toHaveLength(2);
  expect(server.requests[1]?.form.get('client_assertion')).toBe('assertion-3');
});

test('a certificate signs an assertion', async () => {
  const server = await tokenServer({ body: TOKENS });
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    true,
    ['sign', 'verify'],
  );
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  const provider = microsoft({
    tenantId,
    clientId: 'client-1',
    scopes: ['https://graph.microsoft.com/.default'],
    grant: 'client_credentials',
    clientCertificate: {
      thumbprintSha256: 'a'.repeat(64),
      privateKey: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----`,
    },
    endpoints: { token: `${server.url}/${tenantId}/oauth2/v2.0/token` },
  });
  await provider.acquire(context({ scopes: provider.scopes }));
  expect(server.requests[0]?.form.get('client_assertion')?.split('.')).toHaveLength(3);
});

test('client credentials: the secret and the scope are sent, and no refresh token is needed', async () => {
  const body = { token_type: 'Bearer', expires_in: 3599, access_token: 'app-at' };
  const server = await tokenServer({ body });
  const provider = microsoft({
    tenantId,
    clientId: 'client-1',
    clientSecret: 'secret-canary-1',
    grant: 'client_credentials',
    scopes: ['https://graph.microsoft.com/.default'],
    endpoints: { token: `${server.url}/${tenantId}/oauth2/v2.0/token` },
  });
  expect(provider).not.toHaveProperty('refresh');
  expect(provider).not.toHaveProperty('signIn');
  const ask = context({ scopes: provider.scopes });
  await expect(provider.acquire(ask)).resolves.toMatchObject({ accessToken: 'app-at', tokenType: 'Bearer' });
  await provider.acquire(ask);
  expect(server.requests).toHaveLength(2);
  const { form } = server.last;
  expect(form.get('grant_type')).toBe('client_credentials');
  expect(form.get('client_secret')).toBe('secret-canary-1');
  expect(form.get('scope')).toBe('https://graph.microsoft.com/.default');
  expect(JSON.parse(form.get('claims') ?? '')).toMatchObject({
    access_token: { xms_cc: { values: ['CP1'] } },
  });
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
  await provider.acquire({ ...ask, claims });
  expect(JSON.parse(server.last.form.get('claims') ?? '')).toMatchObject({
    access_token: { nbf: { essential: true, value: '1700000000' }, xms_cc: { values: ['CP1'] } },
  });
});

test('the id tells servers, tenants and clients apart', () => {
  const scopes = ['Mail.Read'];
  const real = microsoft({ tenantId, clientId: 'client-1', scopes });
  expect(real.id).toBe(
    `token_endpoint=https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token&tenant=${tenantId}&client_id=client-1&grant_type=refresh_token`,
  );
  const token = `http://localhost:4000/${tenantId}/oauth2/v2.0/token`;
  expect(microsoft({ tenantId, clientId: 'client-1', scopes, endpoints: { token } }).id).not.toBe(real.id);
});

test('a fetch of the caller is used', async () => {
  const urls: string[] = [];
  const provider = microsoft({
    tenantId: 'contoso.onmicrosoft.com',
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    authority: 'https://login.microsoftonline.us',
    fetch: async (input) => {
      urls.push(String(input));
      return Response.json(TOKENS);
    },
  });
  await provider.refresh(credential, context());
  expect(urls).toHaveLength(1);
  expect(urls[0]).toMatch(
    /^https:\/\/login\.microsoftonline\.us\/contoso\.onmicrosoft\.com\/oauth2\/v2\.0\/token/,
  );
});

test('what a fetch throws that carries the request is not kept', async () => {
  const provider = microsoft({
    tenantId,
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    fetch: (_, init) => Promise.reject(Object.assign(new TypeError('fetch failed'), { request: init })),
  });
  const error = await refusal(provider.refresh(credential, context()), REFRESH_TOKEN);
  expect(error).toMatchObject({ code: 'network', sent: true });
});

test('a missing msal-node is a matter of configuration, and says what to install', async () => {
  vi.doMock('@azure/msal-node', () => {
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  });
  try {
    const provider = microsoft({ tenantId, clientId: 'client-1', scopes: ['Mail.Read'] });
    expect(await captured(provider.refresh(credential, context()))).toMatchObject({
      name: 'ConfigurationError',
      option: '@azure/msal-node',
      message: expect.stringContaining('npm install @azure/msal-node'),
    });
  } finally {
    vi.doUnmock('@azure/msal-node');
  }
});

test.each(['2.16.3', '3.7.4'])(
  'msal-node %s that another package brought along is named, and nothing is sent',
  async (version) => {
    const server = await tokenServer({ body: TOKENS });
    vi.doMock('@azure/msal-node', () => ({ version }));
    try {
      const endpoints = { token: `${server.url}/token` };
      const provider = microsoft({ tenantId, clientId: 'client-1', scopes: ['Mail.Read'], endpoints });
      expect(await captured(provider.refresh(credential, context()))).toMatchObject({
        name: 'ConfigurationError',
        option: '@azure/msal-node',
        message: expect.stringContaining(`version 3.8 or later, and version ${version} was found`),
      });
      expect(server.requests).toHaveLength(0);
    } finally {
      vi.doUnmock('@azure/msal-node');
    }
  },
);

test.each([
  [429, { 'retry-after': '60' }],
  [503, {}],
])('after a %i the next request is sent, not answered by msal-node itself', async (status, headers) => {
  const busy = { status, headers, body: { error: 'temporarily_unavailable' } };
  const body = { token_type: 'Bearer', expires_in: 3599, access_token: 'app-at' };
  const server = await tokenServer(busy, { body }, busy, { body });
  const options = {
    tenantId,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    scopes: ['https://graph.microsoft.com/.default'],
    endpoints: { token: `${server.url}/${tenantId}/oauth2/v2.0/token` },
  };
  const daemon = microsoft({ ...options, grant: 'client_credentials' });
  await refusal(daemon.acquire(context({ scopes: daemon.scopes })));
  expect((await daemon.acquire(context({ scopes: daemon.scopes }))).accessToken).toBe('app-at');
  const api = microsoft(options);
  await refusal(api.onBehalfOf({ userAssertion: 'a.b.c' }));
  expect((await api.onBehalfOf({ userAssertion: 'a.b.c' })).accessToken).toBe('app-at');
  expect(server.requests).toHaveLength(4);
});
