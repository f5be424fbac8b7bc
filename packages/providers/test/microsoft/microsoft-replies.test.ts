import type { TokenSet } from '@everbearer/core/contract';
import { microsoft } from '@everbearer/providers/microsoft';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { idToken } from '../support/token-server.ts';

/* Odd replies of the real address. Nothing may go out unmatched: nock would answer it with a plausible 501. */

const REFRESH_TOKEN = 'rt-canary-1';
const provider = microsoft({ tenantId: 'contoso.com', clientId: 'client-1', scopes: ['Mail.Read'] });
const unmatched: unknown[] = [];

beforeAll(() => {
  nock.disableNetConnect();
  nock.emitter.on('no match', (request) => unmatched.push(request));
});
beforeEach(() => unmatched.splice(0));
afterEach(() => {
  expect(unmatched).toEqual([]);
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

function entraAnswers(
  status: number,
  body: string | Record<string, unknown>,
  headers: Record<string, string> = {},
) {
  nock('https://login.microsoftonline.com')
    .post('/contoso.com/oauth2/v2.0/token')
    .query(true)
    .reply(status, body, headers);
}

const refresh = (): Promise<TokenSet> => provider.refresh({ refreshToken: REFRESH_TOKEN }, context());

describe('tokens', () => {
  const full = { token_type: 'Bearer', expires_in: 3599, access_token: 'at-1', refresh_token: 'rt-2' };

  test('a reply without a refresh token brings none: the old one stays', async () => {
    const { refresh_token: _, ...body } = full;
    entraAnswers(200, body);
    expect(await refresh()).not.toHaveProperty('refreshToken');
  });

  test.each([
    ['an empty access token', { ...full, access_token: '' }],
    ['no access token', { refresh_token: 'rt-2' }],
    ['an access token that is no text', { ...full, access_token: 17 }],
  ])('%s does not cost the refresh token that came along', async (_, body) => {
    entraAnswers(200, body);
    const tokens = await refresh();
    expect(tokens.refreshToken).toBe('rt-2');
    expect(tokens).not.toHaveProperty('accessToken');
  });

  test.each([
    ['a text', '3599', true],
    ['absent', undefined, false],
    ['zero', 0, false],
    ['negative', -5, false],
    ['absurd', 1e12, false],
    ['a word', 'soon', false],
    ['an object', {}, false],
    ['null', null, false],
  ])('expires_in that is %s', async (_, expiresIn, known) => {
    entraAnswers(200, { ...full, expires_in: expiresIn });
    const tokens = await refresh();
    expect(tokens).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-2' });
    expect(tokens.expiresAt !== undefined).toBe(known);
  });

  test('a broken id_token does not lose the tokens', async () => {
    entraAnswers(200, { ...full, id_token: 'x.y.z' });
    expect(await refresh()).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-2' });
  });

  test('the user comes from the id_token: oid, or sub if there is no oid', async () => {
    entraAnswers(200, {
      ...full,
      id_token: idToken({ sub: 'sub-1', preferred_username: 'Ünal@example.com' }),
    });
    expect((await refresh()).user).toEqual({ id: 'sub-1', username: 'Ünal@example.com' });
  });

  test('without an id_token the user comes from client_info', async () => {
    const clientInfo = Buffer.from(JSON.stringify({ uid: 'oid-1', utid: 'tid-1' })).toString('base64url');
    entraAnswers(200, { ...full, client_info: clientInfo });
    expect((await refresh()).user).toEqual({ id: 'oid-1', tenantId: 'tid-1' });
  });
});

describe('refusals', () => {
  const HTML = '<html><body>502 Bad Gateway</body></html>';

  test.each([
    ['500 without an error', 500, { message: 'An error has occurred.' }],
    ['404 {}', 404, {}],
    ['200 {}', 200, {}],
    ['200 with no JSON', 200, 'welcome to the hotel'],
    ['200 with an array', 200, '[]'],
    ['200 with two empty tokens', 200, { access_token: '', refresh_token: '' }],
    ['an error that is an object', 400, { error: { code: 'BadRequest' } }],
    ['a 500 with tokens', 500, { access_token: 'at-1' }],
  ])('%s is an invalid response', async (_, status, body) => {
    entraAnswers(status, body);
    expect(await refusal(refresh(), REFRESH_TOKEN)).toMatchObject({
      code: 'invalid_response',
      status,
      sent: true,
    });
  });

  test('502 with HTML is an invalid response', async () => {
    entraAnswers(502, HTML, { 'content-type': 'text/html' });
    expect(await refusal(refresh())).toMatchObject({ code: 'invalid_response', status: 502 });
  });

  test.each([
    ['interaction_required', 'basic_action', 'interaction_required'],
    ['consent_required', undefined, 'consent_required'],
    ['login_required', undefined, 'login_required'],
    ['invalid_grant', 'message_only', 'interaction_required'],
    ['invalid_grant', 'basic_action', 'interaction_required'],
    ['invalid_grant', 'additional_action', 'interaction_required'],
    ['invalid_grant', 'consent_required', 'interaction_required'],
    ['invalid_grant', 'user_password_expired', 'interaction_required'],
    ['invalid_grant', 'bad_token', 'invalid_grant'],
    ['invalid_grant', 'token_expired', 'invalid_grant'],
    ['invalid_grant', undefined, 'invalid_grant'],
    ['invalid_client', undefined, 'invalid_client'],
    ['invalid_scope', undefined, 'invalid_scope'],
    ['toString', undefined, 'toString'],
  ])('%s with suberror %s is %s', async (error, suberror, code) => {
    // The description names consent_required: words in it decide nothing.
    const description = 'AADSTS65001: consent_required is only mentioned. Trace ID: 1';
    entraAnswers(400, { error, suberror, error_description: description, error_codes: [65001] });
    const refused = await refusal(refresh(), REFRESH_TOKEN);
    expect(refused).toMatchObject({ code, status: 400, description: expect.stringContaining('AADSTS65001') });
  });

  test.each([
    ['in seconds', '7', 7_000],
    ['of now', '0', 0],
    ['negative', '-7', undefined],
    ['absurd', '1700000000', undefined],
    ['no time at all', 'soon', undefined],
    ['a bare number with a fraction', '1.5', undefined],
  ])('Retry-After %s', async (_, header, retryAfterMs) => {
    for (const status of [429, 503]) {
      entraAnswers(status, { error: 'temporarily_unavailable' }, { 'retry-after': header });
      expect(await refusal(refresh())).toMatchObject({
        code: 'temporarily_unavailable',
        status,
        retryAfterMs,
      });
    }
  });

  test('Retry-After as a date counts from the date of the reply, not from this clock', async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    entraAnswers(503, {}, { date, 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT' });
    expect(await refusal(refresh())).toMatchObject({ code: 'invalid_response', retryAfterMs: 30_000 });
    entraAnswers(503, {}, { date, 'retry-after': 'Wed, 21 Oct 2015 07:27:30 GMT' });
    expect((await refusal(refresh())).retryAfterMs).toBeUndefined();
    entraAnswers(503, {}, { 'retry-after': new Date(Date.now() + 30_000).toUTCString() });
    const { retryAfterMs } = await refusal(refresh());
    expect(retryAfterMs).toBeGreaterThan(28_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
  });
});

describe('network', () => {
  test.each([
    ['ENOTFOUND', false],
    ['EAI_AGAIN', false],
    ['ECONNREFUSED', false],
    ['UND_ERR_CONNECT_TIMEOUT', false],
    ['SELF_SIGNED_CERT_IN_CHAIN', false],
    ['CERT_HAS_EXPIRED', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false],
    ['ECONNRESET', true],
    ['UND_ERR_SOCKET', true],
    ['UND_ERR_HEADERS_TIMEOUT', true],
    ['EHOSTUNREACH', true],
    ['EPROTO', true],
  ])('%s: may the request have arrived? %s', async (code, sent) => {
    const failure = Object.assign(new Error(`failed with ${REFRESH_TOKEN}`), { code });
    nock('https://login.microsoftonline.com').post(/token/).query(true).replyWithError(failure);
    expect(await refusal(refresh(), REFRESH_TOKEN)).toMatchObject({ code: 'network', sent });
  });
});
