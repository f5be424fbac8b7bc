import { AuthError } from '@everbearer/core';
import { expect, test } from 'vitest';
import { credentialOf } from '../../src/traced/credential-of.ts';
import { eventRecord } from '../../src/traced/event-record.ts';
import { failureOf } from '../../src/traced/failure-of.ts';
import { tokenDates } from '../../src/traced/token-dates.ts';
import { headerIn } from '../../src/traced/watch-undici.ts';
import { whyNotReplayed } from '../../src/traced/why-not-replayed.ts';

test.each([
  [undefined, { kind: 'none' }],
  ['', { kind: 'empty' }],
  ['Bearer', { kind: 'empty' }],
  ['bearer  ', { kind: 'empty' }],
  ['Bearer undefined', { kind: 'empty' }],
  ['null', { kind: 'empty' }],
  ['Bearer abc', { kind: 'token', token: 'abc' }],
  ['DPoP abc', { kind: 'token', token: 'abc' }],
  ['abc', { kind: 'token', token: 'abc' }],
  ['Basic YTpi', { kind: 'other' }],
  ['AWS4-HMAC-SHA256 Credential=a', { kind: 'other' }],
] as const)('Authorization: %s', (header, credential) => {
  expect(credentialOf(header)).toEqual(credential);
});

test.each([
  [Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } }), 'ENOTFOUND'],
  [new DOMException('', 'TimeoutError'), 'timed out'],
  [new DOMException('', 'AbortError'), 'aborted'],
  [{ code: 'UND_ERR_ABORTED' }, 'UND_ERR_ABORTED'],
  [new RangeError('secret-canary'), 'RangeError'],
  ['secret-canary', 'failed'],
  [undefined, 'failed'],
])('why there is no answer: %s', (error, failure) => {
  expect(failureOf(error)).toBe(failure);
});

test('an event as plain data: its length, its reason, the code of its error', () => {
  const error = new AuthError({ code: 'no_token', message: 'Nothing was sent.' });
  const about = { account: 'ops', provider: 'idp' };
  expect(eventRecord({ type: 'renewal_failed', renewalId: 'x', error, ...about })).toEqual({
    kind: 'event',
    type: 'renewal_failed',
    ...about,
    detail: 'no_token: Nothing was sent.',
  });
  expect(eventRecord({ type: 'lease_waited', waitedMs: 12 })).toMatchObject({
    durationMs: 12,
    detail: undefined,
  });
  expect(eventRecord({ type: 'renewed', durationMs: 3, rotated: true })).toMatchObject({
    durationMs: 3,
    detail: 'with a new refresh token',
  });
});

test('what a JWT says of itself, and nothing of what is none', () => {
  const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
  expect(tokenDates(jwt({ iat: 10, exp: 20 }))).toEqual({ issuedAt: 10_000, expiresAt: 20_000 });
  for (const token of ['', 'a.b.c', jwt({ iat: '10', exp: 1e12 }), jwt(null), 'opaque']) {
    expect(Object.values(tokenDates(token)).filter((date) => date !== undefined)).toEqual([]);
  }
});

test.each([
  ['host: a\r\nAuthorization: Bearer x\r\n', 'Bearer x'],
  [['Authorization', 'Bearer x'], 'Bearer x'],
  [[Buffer.from('AUTHORIZATION'), Buffer.from('Bearer x')], 'Bearer x'],
  [['authorization', ['a', 'b']], 'a, b'],
  [['other', 'x'], undefined],
  [['odd'], undefined],
])('headers as versions of undici tell them: %j', (headers, value) => {
  expect(headerIn(headers, 'authorization')).toBe(value);
});

test.each([
  [{ wasReplay: true, since: [] }, /answer to a replay/],
  [
    { wasReplay: false, since: [{ type: 'renewal_failed', detail: 'endpoint_unavailable' }] },
    /failed: endpoint_unavailable/,
  ],
  [
    { wasReplay: false, since: [{ type: 'reauthorization_required', detail: 'revoked' }] },
    /person must sign in again: revoked/,
  ],
  [{ wasReplay: false, since: [{ type: 'renewed' }] }, /no other token/],
  [
    { wasReplay: true, since: [{ type: 'step_up_required', detail: 'insufficient_scope' }] },
    /API asks for: insufficient_scope/,
  ],
  [{ wasReplay: false, since: [] }, /read only once/],
])('why a 401 was not followed by a replay: %j', (case_, words) => {
  expect(whyNotReplayed(case_)).toMatch(words);
});
