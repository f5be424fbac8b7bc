import type { CredentialRecord, Lease } from '../../src/record/credential-record.ts';
import type { ReceivedTokens } from '../../src/record/received-tokens.ts';
import { accessTokenOf, placeOf, placeOfAccess, type Session } from './model-server.ts';
import type { Rules } from './rules.ts';

/*
 * Records by content: two that are equal are one object with one number. What decides nothing (write ids, failures,
 * reasons, waits that pass) is levelled; the lease stands beside the record; random ids get names that follow
 * from what they name, so that they need no renaming.
 */

export const SCOPE = 'api';
export const ACCOUNT = 'default';
/** It is one person who signs in, again and again. */
export const USER = { id: 'ada' };

const byContent = new Map<string, CredentialRecord>();
const numbers = new WeakMap<CredentialRecord, number>();

export function interned(record: CredentialRecord): CredentialRecord {
  if (numbers.has(record)) return record;
  const { grant, accessTokens } = record;
  const access = accessTokens[SCOPE];
  // One template: made for millions of records, and arrays that are joined take four times as long.
  const content = `${record.family}|${record.signedInAt}|${record.replaced}|${record.seq}|${record.state}|${record.revokeLate}|${grant.id}|${grant.generation}|${grant.refreshToken}|${grant.issuedAt}|${access?.token}|${access?.obtainedAt}|${record.seedIds}|${record.replyLost}`;
  const same = byContent.get(content);
  if (same) return same;
  const levelled = { ...record, lease: undefined, writeId: '', failures: 0, reason: undefined };
  byContent.set(content, levelled);
  numbers.set(levelled, byContent.size);
  return levelled;
}

/** The number of an interned record; 0 for none. */
export function numberOf(record: CredentialRecord | undefined): number {
  if (!record) return 0;
  const number = numbers.get(record);
  if (number === undefined) throw new Error('a record was not interned');
  return number;
}

export function withLease(
  record: CredentialRecord | undefined,
  lease: number | undefined,
): CredentialRecord | undefined {
  return record && lease !== undefined ? { ...record, lease: leaseNamed(lease) } : record;
}

const leaseNamed = (lease: number): Lease => ({
  id: leaseId(lease),
  holder: '',
  startedAt: 0,
  ttlMs: 40_000,
  scope: SCOPE,
  tookOver: false,
});

/** A record whose lease is about the seed of another family. */
export const leasedFor = (record: CredentialRecord, family: number): CredentialRecord => ({
  ...record,
  lease: { ...leaseNamed(0), family: `f${family}` },
});

export const leaseId = (lease: number): string => `lease-${lease}`;

/** The lease in a record that a decision made. */
export const leaseIn = (record: CredentialRecord): number | undefined =>
  record.lease && Number(record.lease.id.slice('lease-'.length));

export const familyNumber = (record: CredentialRecord): number => Number(record.family.slice(1));

/** The number of a family that is not stored yet: families are numbered as the store learns of them. */
export const UNBORN = 0;

/** A new record under names of the model's choosing, in place of its random ids. */
export function named(record: CredentialRecord, family: number): CredentialRecord {
  const { refreshToken } = record.grant;
  const id = refreshToken === undefined ? `none-${family}` : grantOf(refreshToken);
  return interned({ ...record, family: `f${family}`, grant: { ...record.grant, id } });
}

export const grantOf = (refreshToken: string): string => `grant-of-${refreshToken}`;

/** The token response that brings this refresh token, through production's checks. */
export function receivedWith(rules: Rules, refreshToken: string, now: number): ReceivedTokens {
  return rules.receiveTokens({ accessToken: accessTokenOf(refreshToken), refreshToken, user: USER }, now);
}

export function hasUsableToken(record: CredentialRecord | undefined, sessions: readonly Session[]): boolean {
  const token = record?.accessTokens[SCOPE]?.token;
  if (token === undefined) return false;
  const { session, n } = placeOfAccess(token);
  return n > (sessions[session] as Session).expired;
}

/** How far along its session's lineage a record is; -1 without a refresh token. */
export function depthOf(record: CredentialRecord): number {
  return record.grant.refreshToken === undefined ? -1 : placeOf(record.grant.refreshToken).depth;
}
