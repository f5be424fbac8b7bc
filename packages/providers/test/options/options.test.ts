import { ConfigurationError, staticTokenSource } from '@everbearer/core';
import { toTokenCredential } from '@everbearer/providers/azure';
import { importTokens, rawSeed } from '@everbearer/providers/import';
import { type MicrosoftOptions, microsoft } from '@everbearer/providers/microsoft';
import { type OAuth2Options, oauth2, profiles } from '@everbearer/providers/oauth2';
import { authorizationCode, deviceCode } from '@everbearer/providers/sign-in';
import { describe, expect, test } from 'vitest';
import { captured, expectNoSecret } from '../support/captured-error.ts';

const SECRET = 'secret-canary-1';

/** The error must name the option, say what to write instead, and quote nothing that may be a secret. */
function expectNamed(error: unknown, option: string): void {
  expect(error).toBeInstanceOf(ConfigurationError);
  const { option: named, message } = error as ConfigurationError;
  expect(named).toBe(option);
  expect(message).toMatch(/\. [A-Z].+(\.|`\?)$/);
  expectNoSecret(error, SECRET);
}

function thrownBy(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  throw new Error('It was to throw, and did not.');
}

describe('microsoft()', () => {
  const fine = { tenantId: 'contoso.com', clientId: 'client-1', scopes: ['Mail.Read'] };
  const app = { ...fine, grant: 'client_credentials', clientSecret: SECRET, scopes: ['https://x/.default'] };
  const token = 'http://127.0.0.1:4000/t/oauth2/v2.0/token';
  const certificate = {
    thumbprintSha256: 'a'.repeat(64),
    privateKey: '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----',
  };

  test.each<[string, unknown]>([
    ['options', undefined],
    ['options', 'contoso'],
    ['tenantId', { ...fine, tenantId: undefined }],
    ['tenantId', { ...fine, tenantId: '' }],
    ['tenantId', { ...fine, tenantId: 'a/b' }],
    ['tenantId', { ...fine, tenantId: 'contoso.com\n' }],
    ['clientId', { ...fine, clientId: undefined }],
    ['clientId', { ...fine, clientId: 7 }],
    ['scopes', { ...fine, scopes: undefined }],
    ['scopes', { ...fine, scopes: 'Mail.Read' }],
    ['scopes', { ...fine, scopes: [] }],
    ['scopes', { ...fine, scopes: ['Mail.Read User.Read'] }],
    ['scopes', { ...fine, scopes: [''] }],
    ['grant', { ...fine, grant: 'password' }],
    ['grant', { ...fine, grant: null }],
    ['clientSecret', { ...fine, clientSecret: '' }],
    ['clientSecret', { ...fine, clientSecret: `${SECRET}\n` }],
    ['clientSecret', { ...fine, clientSecret: 7 }],
    ['clientCertificate', { ...fine, clientSecret: SECRET, clientCertificate: certificate }],
    ['clientAssertion', { ...fine, clientSecret: SECRET, clientAssertion: 'x' }],
    ['clientAssertion', { ...fine, clientAssertion: {} }],
    [
      'clientCertificate.thumbprintSha256',
      { ...fine, clientCertificate: { ...certificate, thumbprintSha256: 'AB:CD' } },
    ],
    ['clientCertificate.privateKey', { ...fine, clientCertificate: { ...certificate, privateKey: SECRET } }],
    ['clientCertificate.x5c', { ...fine, clientCertificate: { ...certificate, x5c: 'abc' } }],
    ['clientCertificate', { ...fine, clientCertificate: 'certificate.pem' }],
    ['endpoints', { ...fine, endpoints: 'http://localhost:4000' }],
    ['authority', { ...fine, authority: 'login.microsoftonline.com' }],
    ['authority', { ...fine, authority: 'https://login.microsoftonline.com/contoso.com' }],
    ['authority', { ...fine, authority: 'http://localhost:4000' }],
    ['endpoints.token', { ...fine, endpoints: {} }],
    ['endpoints.token', { ...fine, endpoints: { token: 'http://login.example.com/token' } }],
    ['endpoints.token', { ...fine, endpoints: { token: `https://user:${SECRET}@login.example.com/token` } }],
    ['endpoints.deviceCode', { ...fine, endpoints: { token, deviceCode: '/devicecode' } }],
    ['endpoints.authorize', { ...fine, endpoints: { token, authorize: 'ftp://localhost/' } }],
    ['authority', { ...fine, authority: null }],
    ['fetch', { ...fine, fetch: 'fetch' }],
    ['clientSecret', { ...app, clientSecret: undefined }],
    ['tenantId', { ...app, tenantId: 'common' }],
    ['scopes', { ...app, scopes: ['Mail.Read'] }],
    ['scopes', { ...app, scopes: ['https://x/.default', 'https://y/.default'] }],
    ['clientID', { ...fine, clientID: SECRET }],
    ['profile', { ...fine, profile: profiles.entra }],
    ['clientCertificate.thumbprint', { ...fine, clientCertificate: { ...certificate, thumbprint: SECRET } }],
    ['endpoints.device', { ...fine, endpoints: { token, device: token } }],
  ])('names %s', (option, options) => {
    expectNamed(
      thrownBy(() => microsoft(options as MicrosoftOptions & { grant?: 'refresh_token' })),
      option,
    );
  });

  test('a public client needs no more than three options', () => {
    expect(microsoft(fine)).toMatchObject({ scopes: ['Mail.Read'], profile: profiles.entra });
  });
});

describe('oauth2()', () => {
  const fine = { issuer: 'https://login.example.com', clientId: 'client-1', scopes: ['mail'] };
  const basic = { method: 'client_secret_basic', clientSecret: SECRET };

  test.each<[string, unknown]>([
    ['options', null],
    ['tokenEndpoint', { ...fine, issuer: undefined }],
    ['issuer', { ...fine, issuer: 'login.example.com' }],
    ['issuer', { ...fine, issuer: 'http://login.example.com' }],
    ['issuer', { ...fine, issuer: 'https://login.example.com/?tenant=1' }],
    ['tokenEndpoint', { ...fine, tokenEndpoint: 'http://10.0.0.1/token' }],
    ['deviceAuthorizationEndpoint', { ...fine, deviceAuthorizationEndpoint: 'device' }],
    ['authorizationEndpoint', { ...fine, authorizationEndpoint: 'https://x/#y' }],
    ['revocationEndpoint', { ...fine, revocationEndpoint: '' }],
    ['clientId', { ...fine, clientId: '' }],
    ['scopes', { ...fine, scopes: undefined }],
    ['scopes', { ...fine, scopes: ['a b'] }],
    ['grant', { ...fine, grant: 'implicit' }],
    ['clientAuthentication', { ...fine, grant: 'client_credentials' }],
    ['clientAuthentication', { ...fine, grant: 'client_credentials', clientAuthentication: 'none' }],
    ['clientAuthentication', { ...fine, clientAuthentication: 'client_secret_basic' }],
    ['clientAuthentication.method', { ...fine, clientAuthentication: { ...basic, method: 'secret' } }],
    [
      'clientAuthentication.clientSecret',
      { ...fine, clientAuthentication: { ...basic, clientSecret: undefined } },
    ],
    [
      'clientAuthentication.clientSecret',
      { ...fine, clientAuthentication: { ...basic, clientSecret: `${SECRET}\r\n` } },
    ],
    [
      'clientAuthentication.key',
      { ...fine, clientAuthentication: { method: 'private_key_jwt', key: SECRET } },
    ],
    ['profile', { ...fine, profile: 'entra' }],
    ['profile', { ...fine, profile: { rotates: true } }],
    ['tokenParameters', { ...fine, tokenParameters: { audience: 7 } }],
    ['tokenParameters', { ...fine, tokenParameters: { refresh_token: 'x' } }],
    ['fetch', { ...fine, fetch: {} }],
    ['tokenEndPoint', { ...fine, tokenEndPoint: 'https://login.example.com/token' }],
    ['clientSecret', { ...fine, clientSecret: SECRET }],
    ['clientAuthentication.secret', { ...fine, clientAuthentication: { ...basic, secret: SECRET } }],
    ['clientAuthentication.kid', { ...fine, clientAuthentication: { ...basic, kid: SECRET } }],
    ['profile.grace', { ...fine, profile: { ...profiles.okta, grace: 30_000 } }],
  ])('names %s', (option, options) => {
    expectNamed(
      thrownBy(() => oauth2(options as OAuth2Options & { grant?: 'refresh_token' })),
      option,
    );
  });

  test('the default profile is the strict one', () => {
    expect(oauth2(fine).profile).toEqual({
      rotates: 'unknown',
      graceMs: 0,
      oldAccessTokenDies: false,
      slidingWindow: true,
    });
  });

  test('a key must be able to sign', async () => {
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ]);
    const clientAuthentication = { method: 'private_key_jwt', key: publicKey } as const;
    expectNamed(
      thrownBy(() => oauth2({ ...fine, clientAuthentication })),
      'clientAuthentication.key',
    );
  });

  test('without an issuer there is a revoke only where its endpoint is given', () => {
    const tokenEndpoint = 'https://login.example.com/token';
    const { issuer: _, ...rest } = { ...fine, tokenEndpoint };
    expect(oauth2(rest)).not.toHaveProperty('revoke');
    expect(oauth2({ ...rest, revocationEndpoint: 'https://login.example.com/revoke' })).toHaveProperty(
      'revoke',
    );
  });
});

describe('sign-in', () => {
  const provider = microsoft({ tenantId: 'contoso.com', clientId: 'client-1', scopes: ['Mail.Read'] });
  const onCode = () => undefined;
  const onUrl = () => undefined;

  test('a provider of client credentials signs nobody in', async () => {
    const daemon = microsoft({
      tenantId: 'contoso.com',
      clientId: 'client-1',
      clientSecret: SECRET,
      grant: 'client_credentials',
      scopes: ['https://graph.microsoft.com/.default'],
    }) as unknown as typeof provider;
    expectNamed(await captured(deviceCode(daemon, { onCode })), 'provider');
    expectNamed(await captured(authorizationCode(daemon, { onUrl })), 'provider');
  });

  test('the callbacks are needed', async () => {
    expectNamed(await captured(deviceCode(provider, {} as { onCode: typeof onCode })), 'onCode');
    expectNamed(await captured(authorizationCode(provider, undefined as never)), 'onUrl');
  });

  test.each([
    ['port', { port: 8400 }],
    ['redirectUri', { redirectUri: 'http://127.0.0.1:70000/' }],
    ['redirectUri', { redirectUri: 'https://localhost/callback' }],
    ['redirectUri', { redirectUri: 'http://app.example.com/callback' }],
    ['redirectUri', { redirectUri: 'http://localhost.example.com' }],
    ['redirectUri', { redirectUri: 'http://127.0.0.1/?a=b' }],
    ['redirectUri', { redirectUri: '/callback' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeout', { timeout: 1_000 }],
  ])('authorizationCode() names %s', async (option, options) => {
    expectNamed(await captured(authorizationCode(provider, { onUrl, ...options })), option);
  });

  test.each<[string, object]>([
    ['signal', { signal: null }],
    ['signal', { signal: new AbortController() }],
    ['parameters', { parameters: null }],
    ['parameters', { parameters: 'prompt=consent' }],
    ['parameters', { parameters: { prompt: undefined } }],
    ['stepUp', { stepUp: 'insufficient_scope' }],
  ])('authorizationCode() refuses a wrong %s: %o', async (option, options) => {
    expectNamed(await captured(authorizationCode(provider, { onUrl, ...options })), option);
  });

  test.each([null, {}, 'now'])('deviceCode() refuses %j for a signal', async (signal) => {
    expectNamed(await captured(deviceCode(provider, { onCode, signal } as never)), 'signal');
  });

  test.each([
    ['parameters', { parameters: { audience: 5 } }],
    ['authenticate', { authenticate: 'none' }],
  ])('deviceCode() names %s', async (option, options) => {
    expectNamed(await captured(deviceCode(provider, { onCode, ...options } as never)), option);
  });

  test('deviceCode() names what it does not know', async () => {
    expectNamed(await captured(deviceCode(provider, { onCode, interval: 1 } as never)), 'interval');
  });

  test('an endpoint that is not known is named when it is needed', async () => {
    const oauth = oauth2({ tokenEndpoint: 'https://login.example.com/token', clientId: 'c', scopes: [] });
    expectNamed(await captured(deviceCode(oauth, { onCode })), 'deviceAuthorizationEndpoint');
    expectNamed(await captured(authorizationCode(oauth, { onUrl })), 'authorizationEndpoint');
    const local = microsoft({
      tenantId: 'contoso.com',
      clientId: 'client-1',
      scopes: ['Mail.Read'],
      endpoints: { token: 'http://127.0.0.1:4000/contoso.com/oauth2/v2.0/token' },
    });
    expectNamed(await captured(deviceCode(local, { onCode })), 'endpoints.deviceCode');
    expectNamed(await captured(authorizationCode(local, { onUrl })), 'endpoints.authorize');
  });
});

test.each<[string, unknown]>([
  ['tokens', null],
  ['tokens', SECRET],
  ['tokens', { accessToken: SECRET }],
  ['tokens', { refresh_token: SECRET }],
  ['tokens.acces', { refreshToken: SECRET, acces: SECRET }],
])('rawSeed() names %s', (option, tokens) => {
  expectNamed(
    thrownBy(() => rawSeed(tokens as never)),
    option,
  );
});

describe('importTokens()', () => {
  test('names what it does not know', () => {
    expectNamed(
      thrownBy(() => importTokens('{}', { path: 'o365_token.txt' } as never)),
      'path',
    );
  });
});

describe('toTokenCredential()', () => {
  test('names source', () => {
    expectNamed(
      thrownBy(() => toTokenCredential({} as never)),
      'source',
    );
    expect(() => toTokenCredential(staticTokenSource('x'))).not.toThrow();
  });
});
