import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import { fromTokenResponse } from '@everbearer/providers/sign-in';
import { expect, test } from 'vitest';
import { expectNoSecret } from '../support/captured-error.ts';
import { idToken } from '../support/token-server.ts';

const NOW = Date.parse('2026-11-28T10:00:00Z');
const REPLY = {
  access_token: 'at-canary-1',
  token_type: 'bearer',
  refresh_token: 'rt-canary-1',
  expires_in: 3600,
  scope: 'mail  calendar',
  id_token: idToken({ sub: 'ada', email: 'ada@example.com' }),
};

test('a token response', () => {
  expect(fromTokenResponse(REPLY, { receivedAt: NOW })).toEqual({
    accessToken: 'at-canary-1',
    tokenType: 'bearer',
    refreshToken: 'rt-canary-1',
    expiresAt: NOW + 3_600_000,
    scopes: ['mail', 'calendar'],
    idToken: REPLY.id_token,
    user: { id: 'ada', username: 'ada@example.com' },
  });
  const before = Date.now();
  const { expiresAt = 0 } = fromTokenResponse({ access_token: 'at-1', expires_in: '60' });
  expect(expiresAt - before).toBeGreaterThanOrEqual(60_000);
  expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
});

test.each([
  ['seconds', NOW / 1000],
  ['seconds with a fraction', NOW / 1000 + 0.0004],
  ['seconds as text', String(NOW / 1000)],
  ['milliseconds', NOW],
  ['a Date', new Date(NOW)],
  ['what JSON makes of a Date', new Date(NOW).toJSON()],
  ['another zone', '2026-11-28T12:00:00+02:00'],
  ['a database', '2026-11-28 10:00:00+00:00'],
  ['UTC in words', '2026-11-28 10:00:00 UTC'],
])('expires_at as %s counts more than expires_in', (_name, expires_at) => {
  expect(fromTokenResponse({ ...REPLY, expires_at }).expiresAt).toBe(NOW);
});

test.each(['2026-11-28T10:00:00', 'soon', new Date(Number.NaN), -5, true])(
  'expires_at: %s tells no instant',
  (expires_at) => {
    const error = thrownBy(() => fromTokenResponse({ ...REPLY, expires_at }));
    expect(error).toMatchObject({ name: 'ConfigurationError', option: 'reply.expires_at' });
  },
);

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'must be an object'],
  ['a text', JSON.stringify(REPLY), 'must be an object'],
  ['a response', Response.json(REPLY), 'await response.json()'],
  ['a TokenSet', { accessToken: 'at-canary-1' }, 'in camelCase already'],
  ['something else', { data: REPLY }, 'neither `access_token` nor `refresh_token`'],
])('%s is no token response', (_name, reply, says) => {
  const error = thrownBy(() => fromTokenResponse(reply as object));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ option: 'reply', message: expect.stringContaining(says) });
  expectNoSecret(error, 'at-canary-1', 'rt-canary-1');
});

test('an error reply', () => {
  const error = thrownBy(() => fromTokenResponse({ error: 'invalid_grant', error_description: 'spent' }));
  expect(error).toBeInstanceOf(TokenEndpointError);
  expect(error).toMatchObject({ code: 'invalid_grant', description: 'spent' });
});

test.each([{ receivedAt: NOW / 1000 }, { receivedAt: '0' }, { receivedat: NOW }])(
  '%o is refused',
  (options) => {
    expect(thrownBy(() => fromTokenResponse(REPLY, options as object))).toBeInstanceOf(ConfigurationError);
  },
);

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('It was to fail, and did not.');
}
