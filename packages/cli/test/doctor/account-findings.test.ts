import type { TokenStatus } from '@everbearer/core';
import { expect, test } from 'vitest';
import { accountFindings, scopeFinding } from '../../src/doctor/account-findings.ts';

const session = { issuedAt: 0, lastUsedAt: 0, ageMs: 1, expiresAt: 1, daysLeft: 20 };
const good = { state: 'valid', account: "o'neil", session } as unknown as TokenStatus;
const context = { needsPerson: true, scopes: ['Mail.Read'], known: ['offline_access'], warnDays: 14 };
const named = `--account 'o'\\''neil'`;

test.each<[string, Partial<TokenStatus>, string | undefined, RegExp]>([
  ['all is well', {}, undefined, /^It is valid/],
  [
    'near its end',
    { session: { ...session, daysLeft: 3 } },
    `everbearer renew ${named}`,
    /ends in 3 days; then a person/,
  ],
  ['past its end', { session: { ...session, daysLeft: -1 } }, `everbearer login ${named}`, /is past its end/],
  ['no refresh token', { session: undefined }, `everbearer login ${named}`, /No refresh token/],
  [
    'signed out',
    { state: 'signed_out', reason: 'signed_out' },
    `everbearer login ${named}`,
    /no request gets a token/,
  ],
])('%s', (_, changes, remedy, detail) => {
  const [finding, ...more] = accountFindings({ ...good, ...changes }, context);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ ok: remedy === undefined, detail: expect.stringMatching(detail) });
  expect(finding?.remedy).toBe(remedy);
});

test('a client that obtains tokens by itself needs neither refresh token nor offline_access', () => {
  const own = { ...context, needsPerson: false };
  expect(accountFindings({ ...good, session: undefined }, own)).toMatchObject([{ ok: true }]);
  expect(scopeFinding(own)).toEqual([]);
});

test('offline_access is wanted where the server knows it, and nowhere else', () => {
  expect(scopeFinding(context)).toMatchObject([
    { ok: false, remedy: "export EVERBEARER_SCOPES='Mail.Read offline_access' && everbearer login" },
  ]);
  expect(scopeFinding({ ...context, scopes: ['offline_access'] })).toMatchObject([{ ok: true }]);
  expect(scopeFinding({ ...context, known: ['openid'] })).toEqual([]);
  expect(scopeFinding({ ...context, known: undefined })).toEqual([]);
});
