import {
  type CredentialRecord,
  type Grant,
  rememberedSeeds,
  type StoredAccessToken,
} from './credential-record.ts';
import { LARGEST_TOKENS, MOST_REPLACED, MOST_SCOPES } from './limits.ts';
import type { ReceivedTokens } from './received-tokens.ts';

/**
 * A record to begin with, for providers that need no refresh token, and for seeds. `before`: what was known of a record
 * that is gone; it is replaced, should it come back.
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
    replaced: before ? [before.family, ...before.replaced].slice(0, MOST_REPLACED) : [],
    seq: 0,
    state: 'active',
    grant: { id: newId(), generation: 0, issuedAt: now },
    refused: {},
    accessTokens: {},
    failures: 0,
    seedIds: [],
  };
}

/**
 * A record, as it is known after another one: a family that was there before counts as replaced, also where the record does
 * not list it, since it was begun by somebody who had never seen it.
 */
export function knownAfter(record: CredentialRecord, before: CredentialRecord | undefined): CredentialRecord {
  if (!before) return record;
  const earlier = [before.family, ...before.replaced].filter((family) => family !== record.family);
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
  const ended = previous.filter((record) => record !== undefined);
  const families = ended.flatMap(({ family, lease, replaced }) =>
    [family, lease?.family ?? [], replaced].flat(),
  );
  return {
    ...emptyRecord(account, newId, now),
    replaced: [...new Set(families)].slice(0, MOST_REPLACED),
    seedIds: rememberedSeeds(seedId === undefined ? [] : [seedId], ...ended.map(({ seedIds }) => seedIds)),
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
  const { refreshToken, refreshTokenExpiresAt, access, username, userId, kept } = signIn.received;
  const { family = record.family, issuedAt = signIn.now } = signIn.born ?? {};
  const grant = { ...record.grant, issuedAt, refreshToken, expiresAt: refreshTokenExpiresAt };
  return {
    ...record,
    family,
    grant,
    accessTokens: access ? { [signIn.scope]: { ...access, grantId: grant.id } } : {},
    replyLost: signIn.received.lostRefreshToken,
    username,
    userId,
    kept,
  };
}

/**
 * A sign-in of the same user that brought no refresh token. The family goes on with the one it has: a renewal of it that
 * is under way somewhere still counts, and so does its lease. It is no renewal, and `seq` stays: a store that loses it again
 * has lost an access token, and nothing that must be put back over the lease of another.
 */
export function consentedRecord(
  record: CredentialRecord,
  { scope, received, now, seedId }: SignIn,
): CredentialRecord {
  const { access, username, userId, kept } = received;
  const accessTokens = livingTokens(record.accessTokens, now);
  if (access) accessTokens[scope] = { ...access, grantId: record.grant.id };
  return {
    ...record,
    state: 'active',
    reason: undefined,
    refusal: undefined,
    refused: {},
    lastFailure: undefined,
    accessTokens,
    seedIds: rememberedSeeds(seedId === undefined ? [] : [seedId], record.seedIds),
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
  const rotated = grant.id !== record.grant.id;
  const accessTokens: Record<string, StoredAccessToken> = Object.create(null);
  if (!ids.oldAccessTokenDies) Object.assign(accessTokens, livingTokens(record.accessTokens, ids.now));
  if (received.access) accessTokens[ids.scope] = { ...received.access, grantId: grant.id };
  const { [ids.scope]: _forgiven, ...refused } = record.refused;
  return {
    ...record,
    seq: record.seq + 1,
    state: 'active',
    reason: undefined,
    grant,
    refusal: undefined,
    refused: rotated ? {} : refused,
    accessTokens,
    lease: undefined,
    failures: 0,
    ...pause(undefined),
    lastFailure: undefined,
    replyLost: received.lostRefreshToken,
    username: received.username ?? record.username,
    userId: received.userId ?? record.userId,
    kept: received.kept ?? record.kept,
  };
}

/** The pause of a record, to be put into another. */
function pause(from: CredentialRecord | undefined): Pick<CredentialRecord, 'notBefore' | 'pauseMs'> {
  return { notBefore: from?.notBefore, pauseMs: from?.pauseMs };
}

/** Nobody asks the token endpoint for so long. */
export function pausedRecord(record: CredentialRecord, now: number, pauseMs: number): CredentialRecord {
  return { ...record, notBefore: now + pauseMs, pauseMs };
}

function nextGrant(grant: Grant, received: ReceivedTokens, { grantId, now }: NewIds): Grant {
  const { refreshToken, refreshTokenExpiresAt } = received;
  if (refreshToken === undefined || refreshToken === grant.refreshToken) {
    return refreshTokenExpiresAt === undefined ? grant : { ...grant, expiresAt: refreshTokenExpiresAt };
  }
  const generation = grant.generation + 1;
  return { id: grantId, generation, refreshToken, issuedAt: now, expiresAt: refreshTokenExpiresAt };
}

/** Drops access tokens that ended, and the oldest of too many: a record must stay small enough to be read again. */
function livingTokens(
  tokens: CredentialRecord['accessTokens'],
  now: number,
): Record<string, StoredAccessToken> {
  const alive = Object.entries(tokens).filter(
    ([, { expiresAt }]) => expiresAt === undefined || expiresAt > now,
  );
  let size = 0;
  const kept = alive
    .sort(([, a], [, b]) => b.obtainedAt - a.obtainedAt)
    .slice(0, MOST_SCOPES - 1)
    .filter((entry) => {
      size += JSON.stringify(entry).length;
      return size <= LARGEST_TOKENS;
    });
  return Object.assign(Object.create(null), Object.fromEntries(kept));
}

/**
 * My grant on top of what is stored: access tokens by scope, the newer of each. The one that I just received is newer
 * whatever the clocks of those who wrote them say.
 */
export function mergeOnto(
  stored: CredentialRecord,
  mine: CredentialRecord,
  leaseId: string,
): CredentialRecord {
  const accessTokens: Record<string, StoredAccessToken> = Object.assign(
    Object.create(null),
    stored.accessTokens,
  );
  const isUntouched = stored.lease?.id === leaseId;
  const renewed = isUntouched ? stored.lease?.scope : undefined;
  for (const [scope, token] of Object.entries(mine.accessTokens)) {
    const other = accessTokens[scope];
    const ofNewGrant = token.grantId === mine.grant.id && stored.grant.id !== mine.grant.id;
    const newer = scope === renewed || ofNewGrant || !other || other.obtainedAt <= token.obtainedAt;
    if (newer) accessTokens[scope] = token;
  }
  return {
    ...mine,
    accessTokens,
    seq: Math.max(stored.seq + 1, mine.seq),
    replaced: stored.replaced,
    lease: isUntouched ? undefined : stored.lease,
    // Written after my lease was gone, for a reason that I don't know of: it stands.
    ...pause(isUntouched ? mine : stored),
    seedIds: rememberedSeeds(mine.seedIds, stored.seedIds),
  };
}
