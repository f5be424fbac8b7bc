import { livingTokens, mergedTokens, withToken } from './access-tokens.ts';
import { type CredentialRecord, type Grant, rememberedSeeds } from './credential-record.ts';
import { MOST_REPLACED } from './limits.ts';
import type { ReceivedTokens } from './received-tokens.ts';
import { isClaimsKey } from './stored-refusal.ts';

/**
 * A record to begin with, for providers that need no refresh token, and for seeds. `before`: what was known of a record
 * that is gone, which counts as replaced if it comes back.
 */
export function emptyRecord(
  account: string,
  newId: () => string,
  now: number,
  before?: CredentialRecord,
): CredentialRecord {
  return {
    schema: 1,
    account,
    writeId: newId(),
    family: newId(),
    signedInAt: now,
    replaced: replacedBy([before]),
    seq: 0,
    state: 'active',
    grant: { id: newId(), generation: 0, issuedAt: now },
    refused: {},
    accessTokens: {},
    failures: 0,
    seedIds: [],
  };
}

/** The families that a successor of these replaces: each of them, and those that it had replaced. */
function replacedBy(records: Previous): string[] {
  const families = records.flatMap((record) => (record ? [record.family, ...record.replaced] : []));
  return [...new Set(families)].slice(0, MOST_REPLACED);
}

/**
 * A record, as it is known after another one: a family that was there before counts as replaced, also where the record does
 * not list it, since it was begun by somebody who had never seen it.
 */
export function knownAfter(record: CredentialRecord, before: CredentialRecord | undefined): CredentialRecord {
  const earlier = replacedBy([before]).filter((family) => family !== record.family);
  if (earlier.every((family) => record.replaced.includes(family))) return record;
  return { ...record, replaced: [...new Set([...record.replaced, ...earlier])].slice(0, MOST_REPLACED) };
}

/** What stood here before a sign-in or a sign-out: as stored, and as known. */
type Previous = readonly (CredentialRecord | undefined)[];

interface Successor {
  account: string;
  now: number;
  /** The seed that is present, so that it is not imported on top. */
  seedId: string | undefined;
}

/** A family of its own that replaces the given ones: those that they replaced, too, and the one a lease may bring. */
function successorOf(
  previous: Previous,
  { account, now, seedId }: Successor,
  newId: () => string,
): CredentialRecord {
  const ended = previous.flatMap((record) => record ?? []);
  const leased = ended.map(({ lease, ...record }) => ({
    ...record,
    replaced: [lease?.family ?? [], record.replaced].flat(),
  }));
  return {
    ...emptyRecord(account, newId, now),
    replaced: replacedBy(leased),
    seedIds: rememberedSeeds([seedId, ...ended.flatMap(({ seedIds }) => seedIds)]),
  };
}

export interface SignIn extends Successor {
  scope: string;
  received: ReceivedTokens;
  /** Of a seed that was redeemed: the family that it begins, and when. Default: a new one, now. */
  born?: { family: string; issuedAt: number } | undefined;
}

/** The record of a new sign-in: a family of its own that replaces the given ones. */
export function signedInRecord(signIn: SignIn, previous: Previous, newId: () => string): CredentialRecord {
  const record = successorOf(previous, signIn, newId);
  const { refreshToken, refreshTokenExpiresAt, dpopKey, access, username, userId, kept, lostRefreshToken } =
    signIn.received;
  const { family = record.family, issuedAt = signIn.now } = signIn.born ?? {};
  const grant = { ...record.grant, issuedAt, refreshToken, dpopKey, expiresAt: refreshTokenExpiresAt };
  return {
    ...record,
    family,
    grant,
    accessTokens: withToken({}, signIn.scope, access, grant),
    replyLost: lostRefreshToken,
    username,
    userId,
    kept,
  };
}

/**
 * A sign-in of the same user that brought no refresh token. The family goes on with the one it has: a renewal of it that
 * is under way somewhere still counts, and so does its lease. It is not a renewal, so `seq` stays: a store that loses
 * this again has lost an access token, which need not be put back over another process's lease.
 */
export function consentedRecord(
  record: CredentialRecord,
  { scope, received, now, seedId }: SignIn,
): CredentialRecord {
  return {
    ...goneOn(record, received),
    refused: {},
    accessTokens: withToken(livingTokens(record.accessTokens, now), scope, received.access, record.grant),
    seedIds: rememberedSeeds([seedId, ...record.seedIds]),
  };
}

/** A session that goes on, without whatever was in its way. */
function goneOn(record: CredentialRecord, { username, userId, kept }: ReceivedTokens): CredentialRecord {
  return {
    ...record,
    state: 'active',
    reason: undefined,
    refusal: undefined,
    lastFailure: undefined,
    username: username ?? record.username,
    userId: userId ?? record.userId,
    kept: kept ?? record.kept,
  };
}

export interface SignOut extends Successor {
  /** A refresh token that still arrives is to be revoked. */
  revokeLate: boolean;
}

/** The tombstone of a sign-out: a family of its own, so that no survivor brings the session back. */
export function signedOutRecord(signOut: SignOut, previous: Previous, newId: () => string): CredentialRecord {
  return {
    ...successorOf(previous, signOut, newId),
    state: 'signed_out',
    revokeLate: signOut.revokeLate || undefined,
  };
}

export interface NewIds {
  grantId: string;
  scope: string;
  now: number;
  oldAccessTokenDies: boolean;
}

/** The record after a renewal: the new grant, the new access token, no lease, no failures. */
export function renewedRecord(
  record: CredentialRecord,
  received: ReceivedTokens,
  ids: NewIds,
): CredentialRecord {
  const grant = nextGrant(record.grant, received, ids);
  const { scope, now, oldAccessTokenDies } = ids;
  const { [scope]: _forgiven, ...refused } = record.refused;
  const claimsAsked = Object.fromEntries(Object.entries(refused).filter(([key]) => isClaimsKey(key)));
  const others = oldAccessTokenDies ? {} : livingTokens(record.accessTokens, now);
  return {
    ...goneOn(record, received),
    seq: record.seq + 1,
    renewedBy: record.lease?.holder,
    grant,
    refused: grant.id === record.grant.id ? refused : claimsAsked,
    accessTokens: withToken(others, scope, received.access, grant),
    lease: undefined,
    failures: 0,
    notBefore: undefined,
    pauseMs: undefined,
    replyLost: received.lostRefreshToken,
  };
}

/** Nobody asks the token endpoint for so long. */
export function pausedRecord(record: CredentialRecord, now: number, pauseMs: number): CredentialRecord {
  return { ...record, notBefore: now + pauseMs, pauseMs };
}

function nextGrant(grant: Grant, received: ReceivedTokens, { grantId, now }: NewIds): Grant {
  const { refreshToken, refreshTokenExpiresAt, dpopKey = grant.dpopKey } = received;
  if (refreshToken === undefined || refreshToken === grant.refreshToken) {
    return { ...grant, dpopKey, expiresAt: refreshTokenExpiresAt ?? grant.expiresAt };
  }
  const generation = grant.generation + 1;
  return { id: grantId, generation, refreshToken, dpopKey, issuedAt: now, expiresAt: refreshTokenExpiresAt };
}

/** My grant on top of what is stored. */
export function mergeOnto(
  stored: CredentialRecord,
  mine: CredentialRecord,
  leaseId: string,
): CredentialRecord {
  const isUntouched = stored.lease?.id === leaseId;
  // It was written after my lease was gone, for a reason that this process does not know, so it stays.
  const { notBefore, pauseMs } = isUntouched ? mine : stored;
  return {
    ...mine,
    accessTokens: mergedTokens(stored, mine, isUntouched ? stored.lease?.scope : undefined),
    seq: Math.max(stored.seq + 1, mine.seq),
    replaced: stored.replaced,
    lease: isUntouched ? undefined : stored.lease,
    notBefore,
    pauseMs,
    seedIds: rememberedSeeds([...mine.seedIds, ...stored.seedIds]),
  };
}
