import { bearerChallenge } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { authorizationCode, beginSignIn, finishSignIn } from '@everbearer/providers/sign-in';
import { describe, expect, test } from 'vitest';
import { captured, signInRefusal } from '../support/captured-error.ts';
import { type Answer, idToken, tokenServer } from '../support/token-server.ts';

const REDIRECT = 'https://app.example.com/callback';
const ISSUER = 'https://login.example.com/realms/one';
const TOKENS = { token_type: 'Bearer', access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 };

async function anyServer(options: object = {}, answer: Answer = { body: TOKENS }) {
  const server = await tokenServer(answer);
  const provider = oauth2({
    tokenEndpoint: `${server.url}/token`,
    authorizationEndpoint: `${server.url}/authorize`,
    clientId: 'client-1',
    scopes: ['mail'],
    ...options,
  });
  const { pending } = await beginSignIn(provider, { redirectUri: REDIRECT });
  return { server, provider, pending };
}

test('a query without its question mark, as AWS Lambda has it in rawQueryString', async () => {
  const { provider, pending } = await anyServer();
  const query = `code=4%2F0A&state=${pending.state}`;
  expect(await finishSignIn(provider, query, pending)).toMatchObject({ accessToken: 'at-1' });
});

describe('a refusal of the server is told', () => {
  test.each(['?error=invalid_scope&error_description=x', 'error=invalid_scope'])(
    'also where it leaves `state` out: %s',
    async (query) => {
      const { provider, pending } = await anyServer();
      const error = await signInRefusal(finishSignIn(provider, query, pending), pending.state);
      expect(error).toMatchObject({ code: 'state_mismatch', description: undefined });
      expect(error.message).toContain('It says invalid_scope, though');
      expect(error.message).toContain('Check the scopes');
    },
  );

  test('and what is no code is not quoted', async () => {
    const { provider, pending } = await anyServer();
    const error = await signInRefusal(finishSignIn(provider, '?error=Call+555+now', pending));
    expect(error.message).not.toContain('555');
  });

  test.each([
    ['redirect_uri_mismatch', '`redirectUri`'],
    ['temporarily_unavailable', 'later'],
    ['server_error', 'later'],
    ['invalid_target', '`resource`'],
  ])('%s has a remedy of its own', async (error, remedy) => {
    const { provider, pending } = await anyServer();
    const work = finishSignIn(provider, `?error=${error}&state=${pending.state}`, pending);
    expect((await signInRefusal(work)).message).toContain(remedy);
  });
});

describe('the ID token is of the issuer', () => {
  const signedBy = async (iss: unknown, issuer: string | undefined = ISSUER) => {
    const { server, provider, pending } = await anyServer({ issuer, scopes: ['openid'] });
    const claims = { iss, sub: 'ada', aud: 'client-1', nonce: pending.nonce };
    server.answer({ body: { ...TOKENS, id_token: idToken(claims) } });
    return finishSignIn(provider, `?code=c&state=${pending.state}&iss=${ISSUER}`, pending);
  };
  const accepted = { user: { id: 'ada' } };

  test.each(['https://login.example.com/realms/two', 'https://evil.example', 7])(
    'another one: %s',
    async (iss) => {
      const error = await signInRefusal(signedBy(iss));
      expect(error).toMatchObject({ code: 'id_token_mismatch' });
      expect(error.message).toContain('`issuer`');
    },
  );

  test.each([ISSUER, `${ISSUER}/`, ISSUER.replace('https://', ''), undefined])(
    'as it is: %s',
    async (iss) => {
      expect(await signedBy(iss)).toMatchObject(accepted);
    },
  );
});

test.each([
  ' https://app.example.com/callback',
  'https://app.example.com/call back',
  'https://a.example/cb\t',
])('a redirect address with a blank is sent to nobody: %j', async (redirectUri) => {
  const { provider } = await anyServer();
  const error = await captured(beginSignIn(provider, { redirectUri }));
  expect(error).toMatchObject({ code: 'configuration', option: 'redirectUri' });
});

test.each(['insufficient_user_authentication', 'insufficient_scope'])(
  'a challenge that says %s and no more is a step-up as it is',
  async (error) => {
    const { provider } = await anyServer();
    const headers = { 'www-authenticate': `Bearer error="${error}"` };
    const stepUp = bearerChallenge(new Response(null, { status: 401, headers }));
    const { url } = await beginSignIn(provider, { redirectUri: REDIRECT, stepUp });
    expect(url.searchParams.get('scope')).toBe('mail');
  },
);

test('on loopback, who came back without the right state is not called nobody', async () => {
  const { provider } = await anyServer();
  const work = authorizationCode(provider, {
    timeoutMs: 400,
    async onUrl(url) {
      const back = url.searchParams.get('redirect_uri') ?? '';
      expect((await fetch(`${back}/?error=invalid_scope`)).status).toBe(404);
    },
  });
  const error = await signInRefusal(work);
  expect(error).toMatchObject({ code: 'timeout' });
  expect(error.message).not.toContain('Nobody');
  expect(error.message).toContain('invalid_scope');
});
