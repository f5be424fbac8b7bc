import { AccessToken, createAuthFetch, type TokenAsk } from '@everbearer/core';
import { expect, test } from 'vitest';

const ORIGIN = 'https://api.example';
const CLAIMS = '{"access_token":{"nbf":{"essential":true}}}';
const bearer = (parameters: string) => ({ 'www-authenticate': `Bearer realm="api", ${parameters}` });

/** A server that refuses the first token with this reply, and takes the second; a source that has both. */
async function meet(status: number, headers: Record<string, string>, refusals = 1) {
  const asks: TokenAsk[] = [];
  const tokens: string[] = [];
  const source = {
    async getToken(ask: TokenAsk = {}) {
      asks.push(ask);
      return new AccessToken({ token: ask.rejected === undefined ? 'at-1' : 'at-2' });
    },
  };
  const fetch = async (_input: unknown, init?: RequestInit) => {
    tokens.push(new Headers(init?.headers).get('authorization') ?? 'none');
    return tokens.length <= refusals ? new Response('why', { status, headers }) : new Response('good');
  };
  const response = await createAuthFetch(source, { origins: [ORIGIN], fetch })(`${ORIGIN}/v1`);
  return { status: response.status, text: await response.text(), sent: tokens, renewals: asks.slice(1) };
}

/** The answer is another token, and the request once more. */
const renewed = (claims?: string) => ({
  status: 200,
  sent: ['Bearer at-1', 'Bearer at-2'],
  renewals: [{ rejected: 'at-1', claims }],
});
const untouched = (status: number) => ({ status, text: 'why', sent: ['Bearer at-1'], renewals: [] });

test.each<[string, number, Record<string, string>, object]>([
  ['401, the token is invalid', 401, bearer('error="invalid_token"'), renewed()],
  ['401 without a challenge', 401, {}, renewed()],
  ['401 with a challenge that names no error', 401, { 'www-authenticate': 'Bearer' }, renewed()],
  ['401 with an error nobody knows', 401, bearer('error="expired"'), renewed()],
  ['401 with an error that objects inherit', 401, bearer('error="constructor"'), renewed()],
  ['401 with a challenge of another scheme', 401, { 'www-authenticate': 'Basic realm="api"' }, renewed()],
  [
    '401, claims are missing',
    401,
    bearer(`error="insufficient_claims", claims="${btoa(CLAIMS)}"`),
    renewed(CLAIMS),
  ],
  ['401, claims that cannot be read', 401, bearer('error="insufficient_claims", claims="%%%"'), renewed()],
  ['401, a stronger sign-in', 401, bearer('error="insufficient_user_authentication"'), untouched(401)],
  ['401, more scopes', 401, bearer('error="insufficient_scope", scope="write"'), untouched(401)],
  ['403, more scopes', 403, bearer('error="insufficient_scope", scope="write"'), untouched(403)],
  ['403 without a challenge', 403, {}, untouched(403)],
  ['400, the request is wrong', 400, bearer('error="invalid_request"'), untouched(400)],
  ['407, a proxy', 407, { 'proxy-authenticate': 'Basic' }, untouched(407)],
  ['404', 404, bearer('error="invalid_token"'), untouched(404)],
  ['429', 429, { 'retry-after': '1' }, untouched(429)],
  ['500', 500, {}, untouched(500)],
])('%s', async (_name, status, headers, expected) => {
  expect(await meet(status, headers)).toMatchObject(expected);
});

test('the fresh token is refused as well: that answer goes back, and nothing is sent a third time', async () => {
  expect(await meet(401, {}, 9)).toMatchObject({
    status: 401,
    text: 'why',
    sent: ['Bearer at-1', 'Bearer at-2'],
    renewals: [{ rejected: 'at-1' }],
  });
});
