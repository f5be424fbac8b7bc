import { constants, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { afterAll, beforeAll, expect, test } from 'vitest';

/* What an assertion must say for the test server to believe it. */

let server: AuthorizationServer;
let pem = '';
let clientId = '';
beforeAll(async () => {
  server = await createAuthorizationServer();
  const options = server.microsoftOptions('certificate');
  pem = options.clientCertificate.pem;
  clientId = options.clientId;
});
afterAll(() => server.close());

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A good assertion, but for these changes. */
function assertion(
  changes: { header?: object; claims?: object; padding?: number; tampered?: boolean } = {},
): string {
  const x5t = Buffer.from(new X509Certificate(pem).fingerprint256.replaceAll(':', ''), 'hex');
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': x5t.toString('base64url'), ...changes.header };
  const exp = Math.floor(Date.now() / 1000) + 60;
  const claims = {
    aud: server.tokenEndpoint,
    iss: clientId,
    sub: clientId,
    jti: 'a',
    exp,
    ...changes.claims,
  };
  const text = `${base64url(header)}.${base64url(claims)}`;
  const { padding = constants.RSA_PKCS1_PSS_PADDING } = changes;
  const key = {
    key: createPrivateKey(pem),
    padding,
    ...(changes.padding === undefined && { saltLength: 32 }),
  };
  const signed = changes.tampered ? `${text} ` : text;
  return `${text}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

async function ask(form: Record<string, string>): Promise<{ status: number; code: string | undefined }> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    scope: 'x/.default',
    ...form,
  });
  const response = await fetch(server.tokenEndpoint, { method: 'POST', body });
  const reply = (await response.json()) as { error?: string; error_description?: string };
  return { status: response.status, code: /AADSTS(\d+)/.exec(reply.error_description ?? '')?.[1] };
}

const SHA1 = () =>
  Buffer.from(new X509Certificate(pem).fingerprint.replaceAll(':', ''), 'hex').toString('base64url');

test.each<[string, () => string, string | undefined]>([
  ['a good one', () => assertion(), undefined],
  ['for the issuer', () => assertion({ claims: { aud: server.issuer } }), undefined],
  [
    'among others',
    () => assertion({ claims: { aud: ['https://elsewhere.example', server.issuer] } }),
    undefined,
  ],
  [
    'as libraries of years ago write it',
    () =>
      assertion({
        header: { alg: 'RS256', x5t: SHA1(), 'x5t#S256': undefined },
        padding: constants.RSA_PKCS1_PADDING,
      }),
    undefined,
  ],
  ['signed over something else', () => assertion({ tampered: true }), '700027'],
  ['of another certificate', () => assertion({ header: { 'x5t#S256': 'AAAA' } }), '700027'],
  ['that names no certificate', () => assertion({ header: { 'x5t#S256': undefined } }), '700027'],
  ['without a signature', () => assertion({ header: { alg: 'none' } }), '700027'],
  ['for another server', () => assertion({ claims: { aud: 'https://elsewhere.example' } }), '700023'],
  ['of another client', () => assertion({ claims: { iss: 'x' } }), '700023'],
  ['without an end', () => assertion({ claims: { exp: undefined } }), '700023'],
  ['that has ended', () => assertion({ claims: { exp: 1_000_000_000 } }), '700024'],
  ['that is none', () => 'a.b', '7000218'],
])('an assertion %s', async (_name, make, code) => {
  const expected = { status: code === undefined ? 200 : 401, code };
  expect(await ask({ client_id: clientId, client_assertion: make() })).toEqual(expected);
});

test('the client is who the assertion names where the form names nobody', async () => {
  expect((await ask({ client_assertion: assertion() })).status).toBe(200);
});

test('a certificate client that sends no assertion is not believed', async () => {
  expect(await ask({ client_id: clientId })).toEqual({ status: 401, code: '7000218' });
  expect(await ask({ client_id: clientId, client_secret: 'x' })).toEqual({ status: 401, code: '7000215' });
});

test('a client of a public kind, or with a secret, is found among those that are registered', async () => {
  await using nobody = await createAuthorizationServer({ clients: [] });
  expect(() => nobody.microsoftOptions()).toThrow(/`clients`/);
  expect(() => nobody.oauth2Options('secret')).toThrow(/`clients`/);
  expect(() => nobody.oauth2Options('key' as never)).toThrow(/person, secret or certificate/);
  expect(nobody.oauth2Options('certificate').clientId).toMatch(/^[\da-f-]{36}$/);
});

test('what is no certificate is refused where it is registered', async () => {
  const clients = [{ clientId: 'a', certificate: 'certificate.pem' }];
  const error = await createAuthorizationServer({ clients }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'clients[].certificate' });
});
