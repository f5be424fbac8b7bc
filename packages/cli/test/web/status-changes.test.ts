import type { TokenStatus } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import type { AccountReport } from '../../src/status/account-report.ts';
import { accountCards } from '../../src/web/account-cards.ts';
import { statusChanges } from '../../src/web/status-changes.ts';
import { DAY_MS, NOW, reportOf } from '../support/account-reports.ts';

const GOOD = {
  state: 'valid',
  signedInAt: 10,
  lastRenewedAt: 50,
  accessTokenExpiresAt: 3_600,
} as Partial<TokenStatus>;
const watched = (status: Partial<TokenStatus> | undefined, account = 'ada'): AccountReport => ({
  ...reportOf({ account }),
  status: status as TokenStatus | undefined,
});

/** What is told after each of these looks, ten milliseconds apart. */
function toldAfter(...looks: (Partial<TokenStatus> | undefined)[]) {
  const changes = statusChanges(7);
  for (const [index, status] of looks.entries()) changes.look([watched(status)], 100 + 10 * index);
  return changes.records.map((record) => {
    expect(record).toMatchObject({ pid: 7, account: 'ada', kind: 'event' });
    const { type, at, detail, expiresAt } = record as {
      type: string;
      at: number;
      detail?: string;
      expiresAt?: number;
    };
    return [type, at, detail ?? expiresAt].filter((each) => each !== undefined);
  });
}

const began = ['watch_began', 100, 3_600];

test('the first look is where the watch began, and one that found nothing new tells nothing', () => {
  expect(toldAfter(GOOD, GOOD, GOOD)).toEqual([began]);
});

test.each([
  [
    'a renewal, and by whom',
    { ...GOOD, lastRenewedAt: 106, lastRenewedBy: 'unknown' },
    ['renewed', 106, 'by another process'],
  ],
  ['a renewal', { ...GOOD, lastRenewedAt: 105, accessTokenExpiresAt: 7_200 }, ['renewed', 105, 7_200]],
  ['one by a clock that is ahead', { ...GOOD, lastRenewedAt: 9_999 }, ['renewed', 110, 3_600]],
  [
    'a sign-in, which is no renewal',
    { ...GOOD, signedInAt: 104, lastRenewedAt: 104 },
    ['signed_in', 104, 3_600],
  ],
  [
    'a failure',
    { ...GOOD, lastFailure: { at: 103, code: 'refused', message: 'why' } as TokenStatus['lastFailure'] },
    ['renewal_failed', 103, 'refused: why'],
  ],
  [
    'an end',
    {
      state: 'reauthorization_required',
      reason: 'revoked',
      signedInAt: 10,
      lastRenewedAt: 50,
    } as Partial<TokenStatus>,
    ['reauthorization_required', 110, 'revoked'],
  ],
  [
    'a sign-out',
    { state: 'signed_out', reason: 'signed_out' } as Partial<TokenStatus>,
    ['signed_out', 110, 'signed_out'],
  ],
])('%s is told once', (_, next, told) => {
  expect(toldAfter(GOOD, next, next)).toEqual([began, told]);
});

test('a store that could not be read meanwhile is no change', () => {
  expect(toldAfter(GOOD, undefined, GOOD)).toEqual([began]);
});

test('what is old is forgotten', () => {
  const changes = statusChanges(7);
  for (let index = 0; index < 10_050; index++)
    changes.look([watched({ ...GOOD, lastRenewedAt: index })], 100 + index);
  expect(changes.records).toHaveLength(10_000);
});

describe('cards', () => {
  test('say the level in words, show shares as bars that stay inside, and take texts as texts', () => {
    const status = {
      state: 'reauthorization_required',
      reason: 'revoked',
      accessTokenExpiresAt: NOW - 1,
    } as const;
    const report = reportOf({ account: '<b>', exit: 2, why: ['<i> ends'] }, status);
    if (report.status?.session) report.status.session.ageMs = 200 * DAY_MS;
    const html = accountCards([report], NOW);
    expect(html).toContain('A person must sign in, reauthorization required: revoked');
    expect(html).toContain('&lt;b&gt;');
    expect(html).toContain('&lt;i&gt; ends');
    expect(html.match(/class="part" width="[\d.]+%"/g)).toEqual([
      'class="part" width="0%"',
      'class="part" width="100%"',
    ]);
  });

  test('no account: it says so', () => {
    expect(accountCards([], NOW)).toContain('No account');
  });
});
