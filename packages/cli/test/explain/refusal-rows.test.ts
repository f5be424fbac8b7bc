import { parseChallenges } from '@everbearer/core/adapter';
import { expect, test } from 'vitest';
import { explainRefusal, REFUSAL_ROWS } from '../../src/explain/explain-refusal.ts';
import type { Refusal } from '../../src/explain/refusal.ts';

/* Each reason, with an answer that has it. */

const claims = (access_token: object) =>
  `Bearer error="insufficient_claims", claims="${Buffer.from(JSON.stringify({ access_token })).toString('base64')}"`;
const graph = (message: string, code = 'InvalidAuthenticationToken') => ({ code, message });

const SAMPLES: readonly (readonly [name: string, facts: Partial<Refusal>, words?: RegExp])[] = [
  [
    'no_header',
    { headerFrom: 'nobody', challenge: 'Bearer error="invalid_token"' },
    /no Authorization header/,
  ],
  ['no_header', { headerFrom: 'nobody', ...graph('Access token is empty.') }],
  ['empty_header', { headerFrom: 'program', headerHolds: 'nothing' }],
  ['other_credential', { headerFrom: 'program', headerHolds: 'other', challenge: 'Bearer' }],
  [
    'wrong_scheme',
    { headerFrom: 'everbearer', challenge: 'Negotiate, Basic realm="proxy"' },
    /negotiate, basic/,
  ],
  [
    'token_ended',
    { headerFrom: 'program', tokenLifeMs: -300_000, challenge: 'Bearer error="invalid_token"' },
    /5 min/,
  ],
  ['token_ended', { headerFrom: 'everbearer', tokenLifeMs: -1 }],
  ['dpop_nonce', { challenge: 'DPoP error="use_dpop_nonce"' }],
  ['dpop_proof', { challenge: 'DPoP error="invalid_dpop_proof"' }],
  ['claims_context', { challenge: claims({ acrs: { essential: true, value: 'c1' } }) }],
  [
    'claims_revoked',
    { challenge: claims({ nbf: { essential: true, value: '1604106651' } }), tokenLifeMs: -5 },
  ],
  ['claims_address', { challenge: claims({ xms_rp_ipaddr: { value: '10.0.0.1' } }) }],
  ['claims', { challenge: claims({ other: null }) }],
  ['claims', { challenge: 'Bearer error="insufficient_claims"' }],
  [
    'user_authentication',
    { challenge: 'Bearer error="insufficient_user_authentication", acr_values="strong", max_age="60"' },
    /acr_values strong, max_age 60/,
  ],
  [
    'scope',
    { status: 403, challenge: 'Bearer error="insufficient_scope", scope="Mail.Send"' },
    /scope Mail.Send/,
  ],
  ['scope', { status: 403, code: 'insufficient_scope' }],
  ['invalid_request', { challenge: 'Bearer error="invalid_request"' }],
  ['graph_empty_token', graph('Access token is empty.')],
  ['graph_ended', graph('Lifetime validation failed, the token is expired.')],
  ['graph_ended', graph('Access token has expired or is not yet valid.')],
  [
    'graph_audience',
    { ...graph('Access token validation failure. Invalid audience.'), audience: 'api-one' },
    /api-one/,
  ],
  ['graph_damaged', graph('CompactToken parsing failed with error code: 80049217')],
  ['graph_damaged', graph('IDX14100: JWT is not well formed, there are no dots.')],
  ['graph_signature', graph('Signature is invalid.')],
  ['graph_revoked', graph('Access token was revoked.')],
  ['graph_revoked', graph('TokenNotFound: the token does not exist.', 'TokenNotFound')],
  ['graph_token', graph('Something new.')],
  ['graph_no_account', graph('', 'Authorization_IdentityNotFound')],
  [
    'graph_permission',
    {
      status: 403,
      ...graph('Insufficient privileges to complete the operation.', 'Authorization_RequestDenied'),
    },
  ],
  ['google_scope', { status: 403, code: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }],
  ['google_missing', { code: 'CREDENTIALS_MISSING' }],
  ['google_token', { code: 'UNAUTHENTICATED' }],
  ['github_token', { message: 'Bad credentials' }],
  ['github_missing', { message: 'Requires authentication' }],
  ['github_permission', { status: 403, message: 'Resource not accessible by integration' }],
  ['rate_limit', { status: 403, message: 'API rate limit exceeded for 192.0.2.1.' }],
  ['invalid_token', { challenge: 'Bearer error="invalid_token"', headerFrom: 'program' }, /does not accept/],
  ['invalid_token', { challenge: 'Bearer error="invalid_token"', tokenLifeMs: 60_000 }, /had not ended/],
  ['bare_challenge', { challenge: 'Bearer realm="api"' }],
  ['forbidden', { status: 403 }],
  ['unexplained', { status: 401 }],
];

test.each(SAMPLES.map(([name, facts, words = /./]) => ({ name, facts, words })))(
  '$name: $facts',
  ({ name, facts, words }) => {
    const refusal = { status: 401, challenges: parseChallenges(facts.challenge), ...facts };
    const found = explainRefusal(refusal);
    expect(found?.reason).toBe(name);
    expect(found?.meaning).toMatch(words);
  },
);

test('every row has its sample, words for a person and a source', () => {
  expect(new Set(SAMPLES.map(([name]) => name))).toEqual(new Set(REFUSAL_ROWS.map(({ name }) => name)));
  expect(new Set(REFUSAL_ROWS.map(({ name }) => name)).size).toBe(REFUSAL_ROWS.length);
  for (const [, facts] of SAMPLES) {
    const found = explainRefusal({ status: 401, challenges: parseChallenges(facts.challenge), ...facts });
    expect(found?.meaning).toMatch(/\.$/);
    expect(found?.remedy.length).toBeGreaterThan(20);
    expect(URL.canParse(found?.source ?? '')).toBe(true);
  }
});

test('an answer that refuses nothing has no explanation', () => {
  expect(explainRefusal({ status: 200, challenges: [] })).toBeUndefined();
});
