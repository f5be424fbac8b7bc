import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { EndpointFailure, type EndpointFailureOptions } from '../../src/errors/endpoint-failure.ts';
import {
  classifyRefusal,
  isLasting,
  PATIENT,
  pauseAfter,
  type Refusable,
  reachOf,
} from '../../src/renewal/refusal-table.ts';

const SENT = true;
const UNSENT = false;

describe('what a reply of the token endpoint means', () => {
  test.each<[string, number | undefined, boolean | undefined, string]>([
    // the grant itself
    ['invalid_grant', 400, SENT, 'grant'],
    ['invalid_grant', 401, SENT, 'grant'],
    ['invalid_grant', 403, SENT, 'grant'],
    ['invalid_grant', 200, SENT, 'grant'],
    ['invalid_grant', undefined, undefined, 'grant'],
    // a person must act
    ['interaction_required', 400, SENT, 'interaction'],
    ['login_required', 400, SENT, 'interaction'],
    ['consent_required', 400, SENT, 'interaction'],
    ['mfa_required', 403, SENT, 'interaction'],
    ['interaction_required', 401, SENT, 'interaction'],
    // the client is set up wrongly
    ['invalid_client', 401, SENT, 'configuration'],
    ['invalid_client', 400, SENT, 'configuration'],
    ['invalid_client', 200, SENT, 'configuration'],
    ['unauthorized_client', 400, SENT, 'configuration'],
    ['unsupported_grant_type', 400, SENT, 'configuration'],
    ['invalid_scope', 400, SENT, 'configuration'],
    ['invalid_target', 400, SENT, 'configuration'],
    ['invalid_request', 400, SENT, 'configuration'],
    ['invalid_dpop_proof', 400, SENT, 'configuration'],
    ['access_denied', 403, SENT, 'configuration'],
    ['invalid_response', 401, SENT, 'configuration'],
    ['whatever', 401, SENT, 'configuration'],
    ['whatever', 400, SENT, 'configuration'],
    ['invalid_response', 403, SENT, 'configuration'],
    // the proof lacks a nonce
    ['use_dpop_nonce', 400, SENT, 'nonce'],
    ['use_dpop_nonce', 401, SENT, 'nonce'],
    ['use_dpop_nonce', 429, SENT, 'later'],
    // a server's own name: providers tell it in the words of the RFCs
    ['bad_refresh_token', 200, SENT, 'configuration'],
    ['bad_refresh_token', 400, SENT, 'configuration'],
    ['invalid_rapt', 400, SENT, 'configuration'],
    // a redirect is never followed
    ['invalid_response', 301, SENT, 'configuration'],
    ['invalid_response', 302, SENT, 'configuration'],
    ['invalid_response', 303, SENT, 'configuration'],
    ['invalid_response', 307, SENT, 'configuration'],
    ['invalid_response', 308, SENT, 'configuration'],
    // not now
    ['temporarily_unavailable', 503, SENT, 'later'],
    ['temporarily_unavailable', 400, SENT, 'later'],
    ['temporarily_unavailable', 200, SENT, 'later'],
    ['slow_down', 400, SENT, 'later'],
    ['invalid_response', 429, SENT, 'later'],
    ['invalid_response', 408, SENT, 'later'],
    ['invalid_response', 425, SENT, 'later'],
    ['server_error', 400, SENT, 'later'],
    ['server_error', 200, SENT, 'later'],
    ['invalid_response', 503, SENT, 'later'],
    ['server_error', 503, SENT, 'later'],
    ['invalid_grant', 429, SENT, 'later'],
    ['invalid_grant', 503, SENT, 'later'],
    ['invalid_client', 429, SENT, 'later'],
    ['whatever', 429, SENT, 'later'],
    // answered and read whole: never lost
    ['invalid_response', 200, SENT, 'configuration'],
    ['invalid_response', 204, SENT, 'configuration'],
    ['invalid_response', 400, SENT, 'configuration'],
    ['invalid_response', 404, SENT, 'configuration'],
    ['invalid_response', undefined, SENT, 'configuration'],
    ['whatever', 200, SENT, 'configuration'],
    ['whatever', 404, SENT, 'configuration'],
    // lost, or the server failed: it may have rotated
    ['server_error', 500, SENT, 'ambiguous'],
    ['invalid_response', 500, SENT, 'ambiguous'],
    ['invalid_response', 502, SENT, 'ambiguous'],
    ['invalid_response', 504, SENT, 'ambiguous'],
    ['whatever', 500, SENT, 'ambiguous'],
    ['whatever', 599, SENT, 'ambiguous'],
    ['whatever', undefined, SENT, 'ambiguous'],
    ['network', undefined, SENT, 'ambiguous'],
    ['network', undefined, undefined, 'ambiguous'],
    ['timeout', undefined, SENT, 'ambiguous'],
    // the request never left
    ['network', undefined, UNSENT, 'unsent'],
    ['timeout', undefined, UNSENT, 'unsent'],
    ['server_error', undefined, UNSENT, 'unsent'],
    // it never left, and would not leave later
    ['invalid_request', undefined, UNSENT, 'configuration'],
    ['invalid_grant', 400, UNSENT, 'configuration'],
    ['whatever', 503, UNSENT, 'unsent'],
    // names that every object has
    ['constructor', 400, SENT, 'configuration'],
    ['__proto__', 400, SENT, 'configuration'],
    ['toString', 200, SENT, 'configuration'],
    // no RFC code at all
    ['', 400, SENT, 'configuration'],
    ['quoted "code"', 400, SENT, 'configuration'],
    ['line\nbreak', 400, SENT, 'configuration'],
    ['x'.repeat(65), 400, SENT, 'configuration'],
  ])('%j, status %s, sent %s: %s', (code, status, sent, expected) => {
    const error = new TokenEndpointError({
      code,
      ...(status !== undefined && { status }),
      ...(sent !== undefined && { sent }),
    });
    expect(classifyRefusal(error)).toBe(expected);
  });
});

test.each<[string, boolean, string]>([
  ['invalid_grant', true, 'interaction'],
  ['invalid_grant', false, 'grant'],
  ['invalid_client', true, 'configuration'],
  ['consent_required', true, 'interaction'],
  ['temporarily_unavailable', true, 'later'],
])('%s that passes: %s is %s', (code, passes, expected) => {
  expect(classifyRefusal(new TokenEndpointError({ code, status: 400, passes }))).toBe(expected);
});

describe('what a refusal stands in the way of', () => {
  const session = { isDefault: true, hasClaims: false, hasRefreshToken: true };
  const machine = { ...session, hasRefreshToken: false };
  const other = { ...session, isDefault: false };
  const claims = { ...session, hasClaims: true };

  test.each<[string, string, Pick<Refusable, 'isDefault' | 'hasClaims' | 'hasRefreshToken'>, string]>([
    ['the refresh token', 'invalid_grant', session, 'session'],
    ['a person for the refresh token', 'consent_required', session, 'family'],
    ['the client', 'invalid_client', session, 'family'],
    ['the client, at another scope', 'invalid_client', other, 'family'],
    ['the client, with claims', 'invalid_client', claims, 'family'],
    ['the client of a machine', 'invalid_client', machine, 'family'],
    ['the request', 'invalid_request', session, 'family'],
    ['a code that nobody knows', 'org_internal', session, 'family'],
    ['a machine', 'invalid_grant', machine, 'scope'],
    ['a machine without consent', 'consent_required', machine, 'scope'],
    ['the scope of a machine', 'invalid_scope', machine, 'family'],
    ['another scope', 'invalid_grant', other, 'scope'],
    ['another scope without consent', 'consent_required', other, 'scope'],
    ['another scope that there is not', 'invalid_scope', other, 'scope'],
    ['another scope, by a code that nobody knows', 'invalid_resource', other, 'scope'],
    ['claims', 'invalid_grant', claims, 'ask'],
    ['claims that need a person', 'interaction_required', claims, 'ask'],
    ['claims of another scope', 'invalid_request', { ...other, hasClaims: true }, 'ask'],
  ])('%s: %s', (_name, code, asked, expected) => {
    const error = new TokenEndpointError({ code, status: 400 });
    expect(reachOf({ ...asked, error, kind: classifyRefusal(error) })).toBe(expected);
  });

  test('a provider that is set up wrongly here says nothing of other processes', () => {
    const error = new ConfigurationError({ option: 'x', message: 'Set it.' });
    expect(reachOf({ ...session, error, kind: 'configuration' })).toBe('ask');
  });
});

test.each<[string, ConstructorParameters<typeof TokenEndpointError>[0], boolean]>([
  ['a refusal', { code: 'invalid_client', status: 401 }, true],
  ['a refusal told from the record', { code: 'invalid_client', status: 401, sent: false }, true],
  ['a person who is wanted', { code: 'consent_required', status: 400, sent: false }, true],
  ['a lost reply', { code: 'network' }, false],
  ['a request that never left', { code: 'network', sent: false }, false],
  ['not now', { code: 'temporarily_unavailable', status: 503, sent: false }, false],
])('asking again at once cannot change %s', (_name, error, expected) => {
  expect(isLasting(new TokenEndpointError(error))).toBe(expected);
});

test.each<[string, EndpointFailureOptions, boolean]>([
  ['no answer came', { code: 'timeout' }, false],
  ['a renewal that takes too long', { code: 'timeout', sent: false }, false],
  ['a pause that is waited out', { code: 'temporarily_unavailable', sent: false }, false],
  ['a reply without tokens, told from the record', { code: 'invalid_response', sent: false }, true],
  [
    'a page of a firewall, told from the record',
    { code: 'invalid_response', status: 403, sent: false },
    true,
  ],
  ['a refusal, told from the record', { code: 'invalid_client', sent: false }, true],
  ['a provider without a grant', { code: 'unsupported_grant_type' }, true],
])('of what core says itself, asking again at once cannot change %s: %j is %s', (_name, error, expected) => {
  expect(isLasting(new EndpointFailure(error))).toBe(expected);
});

describe('how long the token endpoint is left alone', () => {
  const LEAST = 0;
  const MOST = 1 - Number.EPSILON;
  const FIVE_MINUTES = 300_000;
  const HOUR = 3_600_000;

  test.each<[string, number, number | undefined, number, number]>([
    ['first failure, least', 1, undefined, LEAST, 500],
    ['first failure, middle', 1, undefined, 0.5, 750],
    ['first failure, most', 1, undefined, MOST, 1_000],
    ['second failure', 2, undefined, LEAST, 1_000],
    ['third failure', 3, undefined, LEAST, 2_000],
    ['eighth failure', 8, undefined, MOST, 128_000],
    ['ninth failure', 9, undefined, MOST, 256_000],
    ['tenth failure: the cap', 10, undefined, MOST, FIVE_MINUTES],
    ['tenth failure, least', 10, undefined, LEAST, 150_000],
    ['a thousand failures', 1_000, undefined, MOST, FIVE_MINUTES],
    ['as many failures as can be counted', Number.MAX_SAFE_INTEGER, undefined, MOST, FIVE_MINUTES],
    ['asked for 2 s', 1, 2_000, LEAST, 2_000],
    ['asked for 2 s, chance has no say', 1, 2_000, MOST, 2_000],
    ['asked for 2 s after many failures', 20, 2_000, LEAST, 2_000],
    ['asked for an hour', 1, HOUR, LEAST, HOUR],
    ['asked for more than an hour', 1, HOUR + 1, LEAST, HOUR],
    ['asked for a year', 1, 3e10, LEAST, HOUR],
    ['asked for ever', 1, Number.POSITIVE_INFINITY, LEAST, HOUR],
    ['a date that is no number counts as not asked', 1, Number.NaN, LEAST, 500],
  ])('%s', (_name, failures, retryAfterMs, random, expected) => {
    expect(pauseAfter(failures, retryAfterMs, random)).toBe(expected);
  });

  test.each<[string, number, number]>([
    ['first', 1, 30_000],
    ['second', 2, 60_000],
    ['seventh', 7, 32 * 60_000],
    ['eighth: the cap', 8, HOUR],
    ['as many as can be counted', Number.MAX_SAFE_INTEGER, HOUR],
  ])('where somebody must act at the server: the %s refusal', (_name, failures, expected) => {
    expect(pauseAfter(failures, undefined, MOST, PATIENT)).toBe(expected);
  });

  // "Retry-After: 0" or a date gone by is no leave to ask again without end.
  test.each<[string, number]>([
    ['asked for nothing', 0],
    ['asked for less than nothing', -60_000],
  ])('%s: still a moment, that grows with the failures', (_name, retryAfterMs) => {
    expect(pauseAfter(1, retryAfterMs, LEAST)).toBeGreaterThan(0);
    expect(pauseAfter(8, retryAfterMs, LEAST)).toBeGreaterThan(pauseAfter(1, retryAfterMs, LEAST));
  });
});
