import { type CredentialRecord, MOST_REPLACED, rememberedSeeds } from './credential-record.ts';
import type { ReceivedTokens } from './received-tokens.ts';

/** A record to begin with, for providers that need no refresh token. */
export function emptyRecord(account: string, newId: () => string, now: number): CredentialRecord {
  return {
    schema: 1,
    account,
    writeId: newId(),
    family: newId(),
    signedInAt: now,
    replaced: [],
    seq: 0,
    state: 'active',
    grant: { id: newId(), generation: 0, issuedAt: now },
    refused: {},
    accessTokens: {},
    failures: 0,
    seedIds: [],
  };
}

/** The families a successor remembers: those that `previous` replaced, its own, and the one it may be giving birth to. */
function replacedBy(previous: readonly (CredentialRecord | undefined)[]): string[] {
  const families = previous.flatMap((record) =>
    record ? [record.family, record.lease?.family ?? [], record.replaced].flat() : [],
  );
  return [...new Set(families)].slice(0, MOST_REPLACED);
}

export interface SignIn {
  account: string;
  audience: string;
  received: ReceivedTokens;
  now: number;
  /** The seed that is present, so that it is not imported on top. */
  seedId: string | undefined;
  /** Of a seed that was redeemed: the family that it begins, and when. Default: a new one, now. */
  born?: { family: string; issuedAt: number } | undefined;
}

/** The record of a new sign-in: a family of its own that replaces the given ones. */
export function signedInRecord(
  { account, audience, received, now, seedId, born }: SignIn,
  previous: readonly (CredentialRecord | undefined)[],
  newId: () => string,
): CredentialRecord {
  const record = emptyRecord(account, newId, now);
  const { refreshToken, refreshTokenExpiresAt, access } = received;
  const { family = record.family, issuedAt = now } = born ?? {};
  const grant = { ...record.grant, issuedAt, refreshToken, expiresAt: refreshTokenExpiresAt };
  return {
    ...record,
    family,
    replaced: replacedBy(previous),
    grant,
    accessTokens: access ? { [audience]: { ...access, grantId: grant.id } } : {},
    seedIds: rememberedSeeds(seedId === undefined ? [] : [seedId], ...previous.map((each) => each?.seedIds)),
    username: received.username,
  };
}

/** The tombstone of a sign-out: a family of its own, so that no survivor brings the session back. */
export function signedOutRecord(
  account: string,
  previous: readonly (CredentialRecord | undefined)[],
  {
    revokeLate,
    now,
    newId,
    seedId,
  }: { revokeLate: boolean; now: number; newId: () => string; seedId: string | undefined },
): CredentialRecord {
  return {
    ...emptyRecord(account, newId, now),
    replaced: replacedBy(previous),
    state: 'signed_out',
    ...(revokeLate && { revokeLate }),
    seedIds: rememberedSeeds(seedId === undefined ? [] : [seedId], ...previous.map((each) => each?.seedIds)),
  };
}
