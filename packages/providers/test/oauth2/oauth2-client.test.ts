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
    expect(atob(basic)).toBe('client%2D1:secret+canary%2B1');
    server.answer(echo);
    const encoded = ['secret+canary%2B1', basic, SECRET, REFRESH_TOKEN];
    await refusal(provider.refresh(credential, ask()), ...encoded);
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
