import { TokenEndpointError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { classifyRefusal, pauseAfter } from '../../src/renewal/refusal-table.ts';

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
    ['bad_refresh_token', 200, SENT, 'ambiguous'],
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
    ['invalid_response', 503, SENT, 'later'],
    ['server_error', 503, SENT, 'later'],
    ['invalid_grant', 429, SENT, 'later'],
    ['invalid_grant', 503, SENT, 'later'],
    ['invalid_client', 429, SENT, 'later'],
    ['whatever', 429, SENT, 'later'],
    // lost, or no sense: the server may have rotated
    ['server_error', 500, SENT, 'ambiguous'],
    ['server_error', 400, SENT, 'ambiguous'],
    ['invalid_response', 500, SENT, 'ambiguous'],
    ['invalid_response', 502, SENT, 'ambiguous'],
    ['invalid_response', 504, SENT, 'ambiguous'],
    ['whatever', 500, SENT, 'ambiguous'],
    ['whatever', 599, SENT, 'ambiguous'],
    ['invalid_response', 200, SENT, 'ambiguous'],
    ['whatever', 200, SENT, 'ambiguous'],
    ['whatever', undefined, SENT, 'ambiguous'],
    ['network', undefined, SENT, 'ambiguous'],
    ['network', undefined, undefined, 'ambiguous'],
    ['timeout', undefined, SENT, 'ambiguous'],
    ['invalid_response', undefined, SENT, 'ambiguous'],
    ['invalid_response', 404, SENT, 'ambiguous'],
    // the request never left
    ['network', undefined, UNSENT, 'unsent'],
    ['timeout', undefined, UNSENT, 'unsent'],
    ['invalid_grant', 400, UNSENT, 'unsent'],
    ['whatever', 503, UNSENT, 'unsent'],
    // names that every object has
    ['constructor', 400, SENT, 'configuration'],
    ['__proto__', 400, SENT, 'configuration'],
    ['toString', 200, SENT, 'ambiguous'],
    // no RFC code at all
    ['', 400, SENT, 'ambiguous'],
    ['quoted "code"', 400, SENT, 'ambiguous'],
    ['line\nbreak', 400, SENT, 'ambiguous'],
    ['x'.repeat(65), 400, SENT, 'ambiguous'],
  ])('%j, status %s, sent %s: %s', (code, status, sent, expected) => {
    const error = new TokenEndpointError({
      code,
      ...(status !== undefined && { status }),
      ...(sent !== undefined && { sent }),
    });
    expect(classifyRefusal(error)).toBe(expected);
  });
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

  // "Retry-After: 0" or a date gone by is no leave to ask again without end.
  test.each<[string, number]>([
    ['asked for nothing', 0],
    ['asked for less than nothing', -60_000],
  ])('%s: still a moment, that grows with the failures', (_name, retryAfterMs) => {
    expect(pauseAfter(1, retryAfterMs, LEAST)).toBeGreaterThan(0);
    expect(pauseAfter(8, retryAfterMs, LEAST)).toBeGreaterThan(pauseAfter(1, retryAfterMs, LEAST));
  });
});
