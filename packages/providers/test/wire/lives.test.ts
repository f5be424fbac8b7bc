import { expect, test } from 'vitest';
import { refreshTokenEnd } from '../../src/wire/lives.ts';

const NOW = Date.parse('2026-11-28T00:00:00Z');
const IN_A_DAY = NOW + 86_400_000;

test.each<[string, Record<string, unknown>, number | undefined]>([
  ['seconds', { refresh_token_expires_in: 86_400 }, IN_A_DAY],
  ['seconds as text', { refresh_expires_in: '86400' }, IN_A_DAY],
  ['Intuit', { x_refresh_token_expires_in: 86_400 }, IN_A_DAY],
  ['camel case', { refreshTokenExpiresIn: 86_400 }, IN_A_DAY],
  ['an instant in seconds', { refresh_token_expires_at: IN_A_DAY / 1000 }, IN_A_DAY],
  ['an instant in milliseconds', { refresh_token_expires_at: IN_A_DAY }, IN_A_DAY],
  ['an instant as text', { refresh_expires_at: String(IN_A_DAY / 1000) }, IN_A_DAY],
  ['a date', { refresh_token_expires_at: '2026-11-29T00:00:00Z' }, IN_A_DAY],
  ['a date with an offset', { refresh_token_expires_at: '2026-11-29T01:00:00+01:00' }, IN_A_DAY],
  ['an HTTP date', { refresh_token_expires_at: 'Sun, 29 Nov 2026 00:00:00 GMT' }, IN_A_DAY],
  [
    'a date without a zone could be hours away',
    { refresh_token_expires_at: '2026-11-29T00:00:00' },
    undefined,
  ],
  ['an instant where a life was meant', { refresh_token_expires_in: IN_A_DAY / 1000 }, IN_A_DAY],
  ['an instant that is over', { refresh_token_expires_at: NOW - 1 }, undefined],
  ['zero is no end', { refresh_expires_in: 0 }, undefined],
  [
    'the next name, where the first says nothing',
    { refresh_token_expires_in: 0, refresh_expires_in: 86_400 },
    IN_A_DAY,
  ],
  ['nothing', {}, undefined],
])('%s', (_name, body, end) => {
  expect(refreshTokenEnd(body, NOW)).toBe(end);
});
