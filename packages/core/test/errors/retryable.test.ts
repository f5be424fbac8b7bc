import {
  AuthError,
  ConfigurationError,
  OriginNotAllowedError,
  ReauthorizationRequiredError,
  TokenBackendError,
  TokenEndpointError,
  TokenRejectedError,
} from '@everbearer/core';
import { describe, expect, test } from 'vitest';

const endpoint = (code: string, more: object = {}) => new TokenEndpointError({ code, ...more });
const store = (code: 'unavailable' | 'damaged' | 'full' | 'not_writable') =>
  new TokenBackendError({ code, message: 'm.' });

describe('every error says whether trying again later may help', () => {
  test.each<[string, AuthError, boolean]>([
    ['a configuration', new ConfigurationError({ option: 'x', message: 'm.' }), false],
    ['an origin', new OriginNotAllowedError({ origin: 'https://x' }), false],
    ['a person', new ReauthorizationRequiredError({ code: 'revoked' }), false],
    ['a person, for now', new ReauthorizationRequiredError({ code: 'interaction_required' }), false],
    ['a fresh token rejected', new TokenRejectedError(), false],
    ['a store that does not answer', store('unavailable'), true],
    ['a damaged record', store('damaged'), false],
    ['a full disk', store('full'), false],
    ['the network', endpoint('network'), true],
    [
      'the network, as its provider knows better',
      endpoint('network', { sent: false, retryable: false }),
      false,
    ],
    ['no answer in time', endpoint('timeout'), true],
    ['a failing server', endpoint('server_error', { status: 500 }), true],
    ['a page of a gateway', endpoint('invalid_response', { status: 502 }), true],
    ['too many requests', endpoint('whatever', { status: 429 }), true],
    ['a page in place of an answer', endpoint('invalid_response', { status: 200 }), false],
    ['a 404', endpoint('invalid_response', { status: 404 }), false],
    ['a dead refresh token', endpoint('invalid_grant', { status: 400 }), false],
    ['a wrong client', endpoint('invalid_client', { status: 401 }), false],
    ['any other of ours', new AuthError({ code: 'closed', message: 'm.' }), false],
  ])('%s', (_what, error, retryable) => {
    expect(error.retryable).toBe(retryable);
  });
});

describe('a heading claims only what happened', () => {
  test.each<[string, AuthError, string]>([
    [
      'an answer',
      endpoint('invalid_grant', { status: 400 }),
      'The token endpoint answered invalid_grant (status 400)',
    ],
    [
      'an answer of before',
      endpoint('invalid_grant', { status: 400, sent: false }),
      'The token endpoint has answered invalid_grant',
    ],
    ['no connection', endpoint('network', { sent: false }), 'The token endpoint could not be reached'],
    [
      'a broken connection',
      endpoint('network'),
      'The token endpoint could not be reached, or its answer was lost',
    ],
    [
      'a connection of which, while a pause stands, nobody knows what it did',
      endpoint('network', { sent: false, retryAfterMs: 1_000 }),
      'The token endpoint could not be reached, or its answer was lost',
    ],
    [
      'an answer that broke off',
      endpoint('network', { status: 200 }),
      'The token endpoint answered (status 200), and its answer was lost',
    ],
    ['no answer', endpoint('timeout'), 'The token endpoint gave no answer in time'],
    [
      'no time to send',
      endpoint('timeout', { sent: false }),
      'Nothing was sent to the token endpoint (timeout)',
    ],
    ['nothing sent', endpoint('invalid_request', { sent: false }), 'Nothing was sent to the token endpoint'],
  ])('%s', (_what, error, heading) => {
    expect(error.message.startsWith(heading)).toBe(true);
  });
});
