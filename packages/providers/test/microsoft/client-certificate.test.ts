import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@everbearer/core';
import { type ClientCertificate, type MicrosoftOptions, microsoft } from '@everbearer/providers/microsoft';
import { deviceCode } from '@everbearer/providers/sign-in';
import { describe, expect, test } from 'vitest';
import { captured, expectNoSecret } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { makePemFiles, PASSPHRASE } from '../support/pem-files.ts';
import { tokenServer } from '../support/token-server.ts';

const files = makePemFiles();
const { certificate, key, encryptedKey, oldKey, otherCertificate } = files;

const application = (
  clientCertificate: MicrosoftOptions['clientCertificate'],
  token = 'http://127.0.0.1:4000/token',
) =>
  microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    grant: 'client_credentials',
    scopes: ['https://graph.microsoft.com/.default'],
    clientCertificate,
    endpoints: { token },
  });

const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

/** The assertion that an application with this certificate sends. */
async function assertionOf(clientCertificate: ClientCertificate) {
  const server = await tokenServer({
    body: { token_type: 'Bearer', access_token: 'at-1', expires_in: 3600 },
  });
  const provider = application(clientCertificate, `${server.url}/token`);
  await provider.acquire(context({ scopes: provider.scopes }));
  const { form } = server.last;
  expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  return form.get('client_assertion') ?? '';
}

const der = (pem: string) => new X509Certificate(pem).raw;
const lines = (pem: string) => pem.replaceAll('\n', '\r\n');

describe('a PEM text alone is enough', () => {
  test.each<[string, ClientCertificate]>([
    ['certificate and key', { pem: certificate + key }],
    ['key and certificate', { pem: key + certificate }],
    ['the older form of the key', { pem: oldKey + certificate }],
    ['an encrypted key', { pem: encryptedKey + certificate, passphrase: PASSPHRASE }],
    ['a passphrase that is not needed', { pem: key + certificate, passphrase: PASSPHRASE }],
    ['another certificate before its own', { pem: otherCertificate + certificate + key }],
    ['words between, and line ends of Windows', { pem: lines(`Bag Attributes\n${certificate}\n${key}`) }],
  ])('%s', async (_name, clientCertificate) => {
    const [header = '', payload = '', signature = ''] = (await assertionOf(clientCertificate)).split('.');
    const signed = Buffer.from(`${header}.${payload}`);
    const publicKey = createPublicKey(certificate);
    const proof = { key: publicKey, padding: 6, saltLength: 32 };
    expect(verify('sha256', signed, proof, Buffer.from(signature, 'base64url'))).toBe(true);
    const thumbprint = createHash('sha256').update(der(certificate)).digest('base64url');
    expect(decoded(header)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint });
    expect(decoded(payload)).toMatchObject({ iss: 'client-1', sub: 'client-1' });
  });

  test('the chain goes along where the application is registered by subject name and issuer, its own first', async () => {
    const pem = otherCertificate + certificate + key;
    const [header] = (await assertionOf({ pem, sendChain: true })).split('.');
    expect(decoded(header).x5c).toEqual(
      [certificate, otherCertificate].map((each) => der(each).toString('base64')),
    );
  });
});

test('a sign-in by device code is signed as well, with the chain if that is wanted', async () => {
  const started = {
    device_code: 'dc-1',
    user_code: 'ABCD',
    verification_uri: 'https://x',
    expires_in: 900,
    interval: 1,
  };
  const server = await tokenServer(
    { body: started },
    { body: { token_type: 'Bearer', access_token: 'at-1', expires_in: 3600 } },
  );
  const endpoint = `${server.url}/token`;
  const provider = microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    clientCertificate: { pem: certificate + key, sendChain: true },
    endpoints: { token: endpoint, deviceCode: `${server.url}/devicecode` },
  });
  expect((await deviceCode(provider, { onCode: () => undefined })).accessToken).toBe('at-1');
  const { form } = server.last;
  expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  const [header = '', payload = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
  const proof = { key: createPublicKey(certificate), padding: 6, saltLength: 32 };
  const signed = Buffer.from(`${header}.${payload}`);
  expect(verify('sha256', signed, proof, Buffer.from(signature, 'base64url'))).toBe(true);
  const thumbprint = createHash('sha256').update(der(certificate)).digest('base64url');
  const x5c = [der(certificate).toString('base64')];
  expect(decoded(header)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint, x5c });
  const { exp, iat, ...claims } = decoded(payload);
  expect(claims).toMatchObject({ aud: endpoint, iss: 'client-1', sub: 'client-1', jti: expect.any(String) });
  expect(exp - iat).toBe(600);
});

describe('a function brings a certificate for each request', () => {
  const tokens = { token_type: 'Bearer', access_token: 'at-1', expires_in: 3600 };

  test('so that a replaced file is used without a restart', async () => {
    const server = await tokenServer({ body: tokens });
    const texts = [certificate + key, otherCertificate + files.otherKey];
    const provider = application(async () => ({ pem: texts.shift() ?? '' }), `${server.url}/token`);
    for (const own of [certificate, otherCertificate]) {
      await provider.acquire(context({ scopes: provider.scopes }));
      const thumbprint = createHash('sha256').update(der(own)).digest('base64url');
      const [header] = (server.last.form.get('client_assertion') ?? '').split('.');
      expect(decoded(header)['x5t#S256']).toBe(thumbprint);
    }
  });

  test.each<[string, () => ClientCertificate, Record<string, unknown>]>([
    ['no certificate', () => undefined as never, { option: 'clientCertificate' }],
    ['half a file', () => ({ pem: certificate }), { option: 'clientCertificate.pem' }],
    [
      'an error',
      () => {
        throw Object.assign(new Error('file-canary-1'), { code: 'ENOENT' });
      },
      {
        code: 'invalid_client',
        sent: false,
        description: '`clientCertificate` failed to give a certificate',
      },
    ],
  ])('%s sends nothing, and is named', async (_name, bring, expected) => {
    const server = await tokenServer({ body: tokens });
    const provider = application(bring, `${server.url}/token`);
    const error = await captured(provider.acquire(context({ scopes: provider.scopes })));
    expect(error).toMatchObject(expected);
    expectNoSecret(error, 'file-canary-1');
    expect(server.requests).toHaveLength(0);
  });
});

describe('what cannot be used is named, and never quoted', () => {
  const damaged = certificate.replace(/\n[A-Za-z0-9+/]{20}/, '\n');
  const cases: [string, string, unknown][] = [
    ['a path', 'pem', { pem: 'certificate.pem' }],
    ['no text', 'pem', { pem: Buffer.from(certificate + key) }],
    ['no key', 'pem', { pem: certificate }],
    ['no certificate', 'pem', { pem: key }],
    ['two keys', 'pem', { pem: key + oldKey + certificate }],
    ['the certificate of another key', 'pem', { pem: key + otherCertificate }],
    ['a damaged certificate', 'pem', { pem: damaged + key }],
    ['a damaged key', 'pem', { pem: certificate + key.replace(/\n[A-Za-z0-9+/]{20}/, '\n') }],
    ['a key of an elliptic curve', 'pem', { pem: files.curve }],
    ['escaped line ends', 'pem', { pem: (certificate + key).replaceAll('\n', '\\n') }],
    ['an encrypted key alone', 'passphrase', { pem: encryptedKey + certificate }],
    ['the wrong passphrase', 'passphrase', { pem: encryptedKey + certificate, passphrase: 'wrong-canary-1' }],
    ['an empty passphrase', 'passphrase', { pem: key + certificate, passphrase: '' }],
    ['a word for the chain', 'sendChain', { pem: key + certificate, sendChain: 'yes' }],
    ['parts beside it', 'thumbprintSha256', { pem: key + certificate, thumbprintSha256: 'a'.repeat(64) }],
    [
      'an encrypted key in parts',
      'privateKey',
      { thumbprintSha256: 'a'.repeat(64), privateKey: encryptedKey },
    ],
  ];
  test.each(cases)('%s', (_name, member, clientCertificate) => {
    let thrown: unknown;
    try {
      application(clientCertificate as ClientCertificate);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect(thrown).toMatchObject({ option: `clientCertificate.${member}` });
    expectNoSecret(thrown, PASSPHRASE, 'wrong-canary-1', ...key.split('\n').slice(1, 5));
  });

  test('a path is told from a file without a key', () => {
    const saidOf = (pem: string) => () => application({ pem });
    expect(saidOf('./certificate.pem')).toThrow(
      '`clientCertificate.pem` is no PEM text. Read the file and pass its text.',
    );
    expect(saidOf(certificate)).toThrow('`clientCertificate.pem` holds no private key.');
  });
});
