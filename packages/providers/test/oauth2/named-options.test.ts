import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { jwtBearer, type OAuth2Options, oauth2, rejectedByBody } from '@everbearer/providers/oauth2';
import { expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { ask, at, credential } from '../support/oauth2-fixture.ts';
import { type Answer, tokenServer } from '../support/token-server.ts';

test.each<[string, Answer, string]>([
  [
    'a redirect address',
    { status: 400, body: { error: 'redirect_uri_mismatch', error_description: 'Bad Request' } },
    '`redirectUri`',
  ],
  [
    'a redirect address, in its sentence',
    {
      status: 400,
      body: { error: 'invalid_grant', error_description: "Client sent wrong 'redirect_uri'" },
    },
    '`redirectUri`',
  ],
  ['a grant', { status: 400, body: { error: 'unsupported_grant_type' } }, '`grant`'],
  ['a resource', { status: 400, body: { error: 'invalid_target' } }, '`tokenParameters`'],
  [
    'a secret that is missing, as Google says it',
    { status: 400, body: { error: 'invalid_request', error_description: 'client_secret is missing.' } },
    '`clientAuthentication`',
  ],
])('a refusal of %s names the option', async (_name, answer, option) => {
  const server = await tokenServer(answer);
  const error = await refusal(at(server).refresh(credential, ask()));
  expect(error.message).toContain(option);
});

test.each<[string, Answer]>([
  ['Keycloak without such a realm', { status: 404, body: { error: 'Realm does not exist' } }],
  ['a 404 with a sentence', { status: 404, body: { error: 'not_found', message: 'No route' } }],
  ['a 410', { status: 410, body: { error: 'gone' } }],
  ['a 405', { status: 405, body: { error: 'Method Not Allowed' } }],
])('%s: the address is to be checked', async (_name, answer) => {
  const server = await tokenServer(answer);
  const { code, message, retryable } = await refusal(at(server).refresh(credential, ask()));
  expect({ code, retryable }).toEqual({ code: 'invalid_response', retryable: false });
  expect(message).toContain('Check that the configured address is a token endpoint');
  expect(message).toContain(String((answer.body as { error: string }).error));
});

test('a 404 that says invalid_grant is a refusal all the same', async () => {
  const server = await tokenServer({ status: 404, body: { error: 'invalid_grant' } });
  expect(await refusal(at(server).refresh(credential, ask()))).toMatchObject({ code: 'invalid_grant' });
});

test.each<[string, Pick<OAuth2Options, 'clientAuthentication'> & { grant: OAuth2Options['grant'] }, string]>([
  [
    'an assertion',
    { grant: jwtBearer({ assertion: () => 'a.b.c', subject: 'me' }) },
    '`assertion` of jwtBearer()',
  ],
  ['a grant of your own', { grant: { type: 'account', parameters: { account_id: '1' } } }, '`grant`'],
])('%s that is refused: what to check is told first', async (_name, options, named) => {
  const words = 'Invalid JWT: Check your iat and exp values in the JWT claim.';
  const server = await tokenServer({
    status: 400,
    body: { error: 'invalid_grant', error_description: words },
  });
  const tokenEndpoint = `${server.url}/token`;
  const provider = oauth2({ tokenEndpoint, clientId: 'c', scopes: [], ...options } as OAuth2Options & {
    grant: 'client_credentials';
  });
  const manager = createTokenManager({ provider, backend: memoryBackend() });
  const error = await refusal(manager.getToken());
  expect(error).toMatchObject({ code: 'invalid_grant', retryable: false });
  expect(error.message).toContain(named);
  expect(error.message).toContain('iat and exp');
  expect((await manager.status()).lastFailure?.message).toContain(named);
});

test('with `dpop: true`, a refused proof is not explained by its absence', async () => {
  const server = await tokenServer({
    status: 400,
    body: { error: 'invalid_dpop_proof', error_description: 'htu differs' },
  });
  const bound = await refusal(at(server, { dpop: true }).refresh(credential, ask()));
  expect(bound.message).toContain('htu differs');
  expect(bound.message).not.toContain('dpop: true');
  const plain = await refusal(at(server).refresh(credential, ask()));
  expect(plain.message).toContain('dpop: true');
});

test.each<[string, unknown, unknown]>([
  ['says', 'token_expired', undefined],
  ['mediaTypes', () => true, 'text/html'],
  ['mediaTypes', () => true, ['text/html; charset=utf-8']],
  ['mediaTypes', () => true, []],
])('rejectedByBody() refuses `%s` that could never match', async (option, says, mediaTypes) => {
  const make = async () => rejectedByBody(says as () => boolean, mediaTypes as string[]);
  expect(await captured(make())).toMatchObject({ code: 'configuration', option });
});

test('a media type in capitals is the same', () => {
  const { successes } = rejectedByBody(() => true, ['Text/HTML']);
  expect(successes(new Response('x', { headers: { 'content-type': 'text/html' } }))).toBe(true);
});

test('a secret where microsoft() has it is sent on to where oauth2() has it, and not quoted', () => {
  const options = {
    issuer: 'https://as.example',
    clientId: 'mail',
    clientSecret: 'canary-1',
    scopes: ['mail'],
  };
  expect(() => oauth2(options as Parameters<typeof oauth2>[0])).toThrow(
    "oauth2() knows no option `clientSecret`. Give clientAuthentication: { method: 'client_secret_basic', clientSecret }, or 'client_secret_post' where the server wants the secret in the form.",
  );
});
