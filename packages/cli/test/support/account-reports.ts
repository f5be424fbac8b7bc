import type { TokenStatus } from '@everbearer/core';
import type { AccountReport } from '../../src/status/account-report.ts';
import type { LiveProof } from '../../src/status/live-proof.ts';

export const NOW = 1_800_000_000_000;
export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** An account of which all is known and well: half an hour of an hour left, 30 of 90 days old. */
export function reportOf(
  changes: Partial<AccountReport> = {},
  status: Partial<TokenStatus> = {},
): AccountReport {
  const issuedAt = NOW - 30 * DAY_MS;
  return {
    account: 'ops',
    exit: 0,
    why: [],
    renewerLives: undefined,
    status: {
      state: 'valid',
      reason: undefined,
      account: 'ops',
      username: 'ada@example.com',
      kept: {},
      guarantee: 'shared',
      location: '/var/lib/mail',
      durable: true,
      accessTokenExpiresAt: NOW + 30 * MINUTE_MS,
      session: {
        issuedAt,
        lastUsedAt: NOW - 30 * MINUTE_MS,
        ageMs: 30 * DAY_MS,
        expiresAt: issuedAt + 90 * DAY_MS,
        daysLeft: 60,
      },
      renewals: 42,
      lastRenewedAt: NOW - 30 * MINUTE_MS,
      lastRenewedBy: undefined,
      signedInAt: issuedAt,
      renewing: false,
      unsaved: false,
      lease: undefined,
      notBefore: undefined,
      lastFailure: undefined,
      warnings: [],
      ...status,
    },
    ...changes,
  };
}

export const LIVE: LiveProof = {
  url: 'https://api.example.com/me',
  exit: 0,
  words: 'the API answered 200: the token works',
  httpStatus: 200,
  durationMs: 123,
};
