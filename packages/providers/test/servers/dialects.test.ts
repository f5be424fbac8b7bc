import { oauth2, type RefusalReading, refusals } from '@everbearer/providers/oauth2';
import { deviceCode } from '@everbearer/providers/sign-in';
import { describe, expect, test } from 'vitest';
import { refusal } from '../support/captured-error.ts';
import { ask, at, credential, REFRESH_TOKEN } from '../support/oauth2-fixture.ts';
import { type Answer, tokenServer } from '../support/token-server.ts';

/** What a refresh that is answered so rejects with. */
async function refusedWith(answer: Answer, reading?: RefusalReading) {
  const server = await tokenServer(answer);
  const provider = at(server, reading && { refusal: reading });
  return refusal(provider.refresh(credential, ask()), REFRESH_TOKEN);
}

const DEAD = 'invalid_grant';

describe('a dead refresh token in the words of', () => {
  test.each<[string, number, unknown, (string | undefined)?]>([
    ['HubSpot', 400, { status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' }],
    ['HubSpot, a sentence alone', 400, { status: 'error', message: 'missing or unknown refresh token' }],
    [
      'Strava',
      400,
      {
        message: 'Bad Request',
        errors: [{ resource: 'RefreshToken', field: 'refresh_token', code: 'invalid' }],
      },
    ],
    ['Slack', 200, { ok: false, error: 'invalid_refresh_token' }],
    ['Slack, rotated', 200, { ok: false, error: 'token_expired' }],
    ['Zoho', 200, { error: 'invalid_code' }],
    ['Twitch', 400, { status: 400, message: 'Invalid refresh token' }],
    ['Twitch, of a device', 400, { status: 400, message: 'Invalid grant' }],
    ['Xero', 400, { error: 'invalid_grant' }],
    ['QuickBooks', 400, { error: 'invalid_grant', error_description: 'Incorrect or invalid refresh token' }],
    ['Salesforce', 400, { error: 'invalid_grant', error_description: 'expired access/refresh token' }],
    ['Atlassian', 403, { error: 'unauthorized_client', error_description: 'refresh_token is invalid' }],
    [
      'Atlassian, later',
      403,
      { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    ],
    ['Zoom', 400, { reason: 'Invalid Token!', error: 'invalid_grant' }],
    ['Zoom, before', 401, { reason: 'Invalid Token!', error: 'invalid_request' }],
    ['LinkedIn', 400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }],
    [
      'LinkedIn, as a request',
      400,
      {
        error: 'invalid_request',
        error_description: 'The provided refresh token is invalid, expired or revoked',
      },
    ],
    ['Spotify', 400, { error: 'invalid_grant', error_description: 'Refresh token revoked' }],
    [
      'GitHub',
      200,
      { error: 'bad_refresh_token', error_description: 'The refresh token passed is incorrect or expired.' },
    ],
    [
      'Fitbit, which quotes it',
      400,
      {
        errors: [{ errorType: 'invalid_grant', message: `Refresh token invalid: ${REFRESH_TOKEN}. Visit` }],
        success: false,
      },
    ],
    [
      'Yahoo',
      400,
      { error: 'INVALID_REFRESH_TOKEN', error_description: 'Failed to decode/encode refresh token' },
    ],
    ['OpenAI', 401, { error: { message: 'It was used already.', code: 'refresh_token_reused' } }],
    ['Feishu', 400, { code: 20037, error: 'invalid_grant_expired' }],
    ['Withings', 200, { status: 503, body: {}, error: 'Invalid Params: invalid refresh_token' }],
    ['jmondi', 400, { status: 400, error: 'invalid_request', error_description: 'Token has been revoked' }],
    ['the PHP League', 401, { error: 'invalid_request', error_description: 'The refresh token is invalid.' }],
    [
      'the PHP League, by its hint',
      400,
      { error: 'invalid_request', hint: 'Cannot decrypt the refresh token' },
    ],
    [
      'Authlib, once',
      400,
      { error: 'invalid_request', error_description: 'Invalid "refresh_token" in request.' },
    ],
    ['a 401 without a code', 401, { message: 'Refresh token has expired' }],
    ['a 403 without a code', 403, { detail: 'refresh token not found' }],
    [
      'an error object',
      400,
      { error: { message: 'The refresh token was already used', type: 'bad_request' } },
    ],
    ['invalid_token', 401, { error: 'invalid_token', error_description: 'Refresh token is no longer valid' }],
  ])('%s', async (_server, status, body) => {
    const error = await refusedWith({ status, body });
    expect(error).toMatchObject({ code: DEAD, status, passes: false });
  });
});

describe('what speaks of something else stays what it is', () => {
  test.each<[string, number, unknown, string]>([
    [
      'a parameter is missing',
      400,
      { error: 'invalid_request', error_description: 'refresh_token is missing' },
      'invalid_request',
    ],
    [
      'a parameter is required',
      400,
      { error: 'invalid_request', error_description: 'A required parameter "refresh_token" is missing' },
      'invalid_request',
    ],
    ['nothing is said', 400, { error: 'invalid_request' }, 'invalid_request'],
    [
      'the client is wrong',
      401,
      { error: 'invalid_client', error_description: 'The refresh token is invalid' },
      'invalid_client',
    ],
    ['a server failed', 500, { message: 'Invalid refresh token' }, 'invalid_response'],
    [
      'Strava: the application',
      400,
      { errors: [{ resource: 'Application', field: 'client_id', code: 'invalid' }] },
      'invalid_client',
    ],
    ['HubSpot: the secret', 400, { status: 'BAD_CLIENT_SECRET', message: 'x' }, 'invalid_client'],
    ['Slack: the secret', 200, { ok: false, error: 'bad_client_secret' }, 'invalid_client'],
    ['Slack: not now', 200, { ok: false, error: 'ratelimited' }, 'temporarily_unavailable'],
    [
      'Zoho: too many',
      200,
      { error: 'access_denied', error_description: 'You made too many requests' },
      'temporarily_unavailable',
    ],
    ['Salesforce: the user', 400, { error: 'inactive_user' }, 'access_denied'],
    ['Withings: too many', 200, { status: 601, error: 'Too Many Requests' }, 'temporarily_unavailable'],
    ['nobody knows what', 400, { error: 'org_internal' }, 'org_internal'],
  ])('%s', async (_what, status, body, code) => {
    expect(await refusedWith({ status, body })).toMatchObject({ code, status });
  });
});

describe("the server's own words are in the error", () => {
  test.each<[string, number, unknown, string]>([
    ['its code and its sentence', 400, { error: 'BAD', message: 'no such thing' }, 'no such thing'],
    ['below `error`', 400, { error: { code: 'E17', message: 'the door is shut' } }, 'E17: the door is shut'],
    ['in a list', 400, [{ errorCode: 'INVALID', message: 'no' }], 'INVALID: no'],
    ['Okta', 400, { errorCode: 'E0000021', errorSummary: 'Bad request' }, 'E0000021: Bad request'],
    ['a page', 404, '<!doctype html><title>Not found</title>', 'a web page ("Not found")'],
    ['nothing', 400, '', 'the reply is empty'],
    ['a text', 502, 'upstream connect error', 'It says: upstream connect error'],
  ])('%s', async (_where, status, body, words) => {
    const error = await refusedWith({ status, body });
    expect(error.description).toContain(words);
    expect(error.message).toContain(words);
  });
});

describe('`refusal` says what a reply means', () => {
  const empty = { status: 400, body: '' };
  const bodies: unknown[] = [];
  test.each<[string, Answer, RefusalReading, string]>([
    ['Glewlwyd', empty, refusals.glewlwyd, DEAD],
    ['LemonLDAP::NG', { status: 400, body: { error: 'invalid_request' } }, refusals.lemonldapNg, DEAD],
    [
      'LemonLDAP::NG, otherwise',
      { status: 401, body: { error: 'invalid_client' } },
      refusals.lemonldapNg,
      'invalid_client',
    ],
    [
      'JSON of any kind',
      { status: 400, body: ['gone'] },
      (_, body) => (Array.isArray(body) ? DEAD : undefined),
      DEAD,
    ],
    [
      'a form',
      { status: 400, body: 'error=x&why=gone' },
      (_, body) => ((body as { why: string }).why === 'gone' ? DEAD : undefined),
      DEAD,
    ],
    [
      'a text',
      { status: 418, body: 'gone' },
      (status, body) => (status === 418 && body === 'gone' ? DEAD : undefined),
      DEAD,
    ],
    [
      'the usual reading',
      { status: 400, body: { error: 'invalid_scope' } },
      (_, body) => void bodies.push(body) as undefined,
      'invalid_scope',
    ],
  ])('%s', async (_name, answer, reading, code) => {
    expect(await refusedWith(answer, reading)).toMatchObject({ code });
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error(REFRESH_TOKEN);
      },
    ],
    ['returns a promise', async () => DEAD],
    ['returns a number', () => 7],
  ])('one that %s is named, and the reply is no lost one', async (_name, reading) => {
    const error = await refusedWith({ status: 400, body: '' }, reading as RefusalReading);
    expect(error).toMatchObject({ code: 'invalid_response', status: 400, sent: true });
    expect(error.message).toContain('`refusal`');
  });

  test('it must be a function', () => {
    const refusal = 'invalid_grant' as unknown as RefusalReading;
    const make = () =>
      oauth2({ tokenEndpoint: 'https://as.example/token', clientId: 'c', scopes: [], refusal });
    expect(make).toThrow(expect.objectContaining({ option: 'refusal' }));
  });
});

test.each<[string, Answer]>([
  ['in capitals', { status: 400, body: { error: 'AUTHORIZATION_PENDING' } }],
  ['below `error`', { status: 428, body: { error: { code: 'authorization_pending' } } }],
  [
    'in plain text',
    { status: 400, headers: { 'content-type': 'text/plain' }, body: 'authorization_pending' },
  ],
])('a person who has not entered the code yet is waited for, %s', async (_where, answer) => {
  expect(await refusedWith(answer)).toMatchObject({ code: 'authorization_pending' });
});

test.each<[string, Answer, (url: string) => Promise<unknown>]>([
  [
    'the revocation was refused: not here',
    { status: 401, body: { error: 'invalid_client', error_description: 'not here' } },
    async (url) => {
      const provider = oauth2({
        ...CLIENT,
        tokenEndpoint: `${url}/token`,
        revocationEndpoint: `${url}/revoke`,
      });
      await provider.revoke?.({ refreshToken: 'rt-1' }, ask());
    },
  ],
  [
    'the request for a device code was refused: not here',
    { status: 401, body: { error: 'invalid_client', error_description: 'not here' } },
    async (url) => {
      const device = { deviceAuthorizationEndpoint: `${url}/device` };
      await deviceCode(oauth2({ ...CLIENT, tokenEndpoint: `${url}/token`, ...device }), { onCode() {} });
    },
  ],
])('%s', async (words, answer, work) => {
  const server = await tokenServer(answer);
  expect((await refusal(work(server.url))).description).toBe(words);
});

const CLIENT = { clientId: 'client-1', scopes: ['mail'] };
