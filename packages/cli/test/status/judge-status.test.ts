import type { TokenStatus } from '@everbearer/core';
import { expect, test } from 'vitest';
import { quoted } from '../../src/print/status-words.ts';
import { judgeStatus } from '../../src/status/judge-status.ts';

const DAY_MS = 24 * 60 * 60_000;
const session = { issuedAt: 0, lastUsedAt: 0, ageMs: 80 * DAY_MS, expiresAt: 90 * DAY_MS, daysLeft: 20 };
const good = { state: 'valid', account: 'ops', session, warnings: [] as string[] } as unknown as TokenStatus;
const failure = { code: 'network', cause: 'ECONNREFUSED', message: 'No answer. Check the address.', at: 0 };

test.each<[string, Partial<TokenStatus>, number, RegExp | undefined]>([
  ['all is well', {}, 0, undefined],
  ['an access token that ended is renewed by the next call', { state: 'expired' }, 0, undefined],
  ['few days left', { session: { ...session, daysLeft: 13 } }, 1, /ends in 13 days.*everbearer renew/],
  ['days are not known', { session: { ...session, daysLeft: undefined } }, 0, undefined],
  ['past its end', { session: { ...session, daysLeft: -1 } }, 1, /past its end.*everbearer login/],
  ['the last renewal failed', { lastFailure: failure }, 1, /network, ECONNREFUSED\): No answer/],
  ['no refresh token', { session: undefined }, 1, /No refresh token is stored/],
  ['a warning of the store', { warnings: ['The mode is odd.'] }, 1, /The mode is odd/],
  [
    'nobody signed in',
    { state: 'reauthorization_required', reason: 'no_credential' },
    2,
    /\(no_credential\): everbearer login/,
  ],
  ['not looked up yet', { state: 'unknown', session: undefined }, 3, /being looked at/],
  ['signed out', { state: 'signed_out', reason: 'signed_out' }, 2, /--account ops/],
])('%s', (_, changes, exit, words) => {
  const judged = judgeStatus({ ...good, ...changes }, 14, true);
  expect(judged.exit).toBe(exit);
  if (words) expect(judged.why.join('\n')).toMatch(words);
  else expect(judged.why).toEqual([]);
});

test('a client that obtains tokens by itself needs no refresh token', () => {
  expect(judgeStatus({ ...good, session: undefined }, 14, false).exit).toBe(0);
});

test('names are quoted for a shell', () => {
  expect(quoted('ada@example.com')).toBe('ada@example.com');
  expect(quoted("o'neil $(x)")).toBe(`'o'\\''neil $(x)'`);
});
