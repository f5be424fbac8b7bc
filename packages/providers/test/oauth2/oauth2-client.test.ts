import { oauth2 } from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { refusal } from '../support/captured-error.ts';
import { ask, at, credential, REFRESH_TOKEN, TOKENS } from '../support/oauth2-fixture.ts';
import { type TokenServer, tokenServer } from '../support/token-server.ts';

const SECRET = 'secret canary+1';

describe('client authentication', () => {
  const echo = ({ headers, form }: TokenServer['last']) => ({
    status: 401,
    body: {
      error: 'invalid_client',
      error_description: `${headers.authorization} ${form} ${form.get('client_secret')}`,
    },
  });

  test('client_secret_basic encodes both parts', async () => {
    const server = await tokenServer({ body: TOKENS });
    const provider = at(server, {
      clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET },
    });
    await provider.refresh(credential, ask());
    const basic = server.last.headers.authorization?.replace('Basic ', '') ?? '';
    expect(atob(basic)).toBe('client-1:secret%20canary%2B1');
    server.answer(echo);
    const encoded = ['secret%20canary%2B1', basic, SECRET, REFRESH_TOKEN];
    await refusal(provider.refresh(credential, ask()), ...encoded);
  });

  test.each<[string, string, string, 'encoded' | 'raw' | undefined, string]>([
    [
      'letters, digits and what encodeURIComponent leaves',
      "a-b_c.d!~*'()",
      'S3-c_r.t',
      undefined,
      "a-b_c.d!~*'():S3-c_r.t",
    ],
    ['what must be encoded', 'a:b', 's+/=%', 'encoded', 'a%3Ab:s%2B%2F%3D%25'],
    ['raw', 'a:b', 's+/=%', 'raw', 'a:b:s+/=%'],
    ['raw, beyond ASCII', 'a', 'schlüssel', 'raw', 'a:schlüssel'],
  ])('client_secret_basic: %s', async (_name, clientId, clientSecret, encoding, expected) => {
    const server = await tokenServer({ body: TOKENS });
    const clientAuthentication = { method: 'client_secret_basic', clientSecret, encoding } as const;
    const provider = at(server, { clientId, clientAuthentication });
    await provider.refresh(credential, ask());
    const sent = server.last.headers.authorization?.replace('Basic ', '') ?? '';
    expect(Buffer.from(sent, 'base64').toString()).toBe(expected);
    server.answer(({ headers }) => ({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `no ${Buffer.from(sent, 'base64')} ${headers.authorization}`,
      },
    }));
    await refusal(provider.refresh(credential, ask()), clientSecret, sent);
  });

  test("private_key_jwt goes by the server's clock as its replies tell it, and a little before it", async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const { privateKey: key } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
    const behind = new Date(Date.now() - 600_000).toUTCString();
    const server = await tokenServer({
      status: 401,
      headers: { date: behind },
      body: { error: 'invalid_client' },
    });
    const provider = at(server, {
      clientAuthentication: { method: 'private_key_jwt', key, audience: 'https://as' },
    });
    await refusal(provider.refresh(credential, ask()));
    await refusal(provider.refresh(credential, ask()));
    const claims = server.requests.map(({ form }) =>
      JSON.parse(Buffer.from(form.get('client_assertion')?.split('.')[1] ?? '', 'base64url').toString()),
    );
    const now = Date.now() / 1000;
    for (const { iat, nbf, exp, aud } of claims) {
      expect(nbf).toBe(iat);
      expect(exp).toBeGreaterThan(iat);
      expect(aud).toBe('https://as');
    }
    expect(now - claims[0].iat).toBeGreaterThan(5);
    expect(now - claims[0].iat).toBeLessThan(60);
    expect(now - claims[1].iat).toBeGreaterThan(595);
    expect(now - claims[1].iat).toBeLessThan(660);
  });

  test('client_secret_post', async () => {
    const server = await tokenServer({ body: TOKENS });
    const provider = at(server, {
      clientAuthentication: { method: 'client_secret_post', clientSecret: SECRET },
    });
    await provider.refresh(credential, ask());
    expect(server.last.form.get('client_secret')).toBe(SECRET);
  });

  test('private_key_jwt: a fresh assertion for each request, signed with the key', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
    const server = await tokenServer({ body: TOKENS });
    const provider = oauth2({
      tokenEndpoint: `${server.url}/token`,
      clientId: 'client-1',
      clientAuthentication: { method: 'private_key_jwt', key: privateKey, kid: 'key-1' },
      grant: 'client_credentials',
      scopes: ['mail'],
    });
    await provider.acquire(ask());
    await provider.acquire(ask());
    const [first = '', second = ''] = server.requests.map(({ form }) => form.get('client_assertion') ?? '');
    expect(first).not.toBe(second);
    const [header = '', payload = '', signature = ''] = second.split('.');
    const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decoded(header)).toEqual({ alg: 'ES256', kid: 'key-1' });
    expect(decoded(payload)).toMatchObject({ iss: 'client-1', sub: 'client-1', aud: `${server.url}/token` });
    const signed = new TextEncoder().encode(`${header}.${payload}`);
    const proof = Buffer.from(signature, 'base64url');
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, publicKey, proof, signed)).toBe(
      true,
    );
  });
});

describe('client credentials', () => {
  test('sends the scopes asked for and needs nobody to sign in', async () => {
    const server = await tokenServer({
      body: { access_token: 'app-at', token_type: 'Bearer', expires_in: 60 },
    });
    const provider = oauth2({
      tokenEndpoint: `${server.url}/token`,
      clientId: 'client-1',
      clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET },
      grant: 'client_credentials',
      scopes: ['mail'],
    });
    expect(await provider.acquire(ask())).toMatchObject({ accessToken: 'app-at' });
    expect(Object.fromEntries(server.last.form)).toEqual({ grant_type: 'client_credentials', scope: 'mail' });
    expect(provider).not.toHaveProperty('refresh');
    expect(provider).not.toHaveProperty('signIn');
  });
});
