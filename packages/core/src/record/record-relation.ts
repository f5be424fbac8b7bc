import type { CredentialRecord } from './credential-record.ts';

/*
 * The whole policy, as pure functions of what is stored, what this process knows, and the time. Production,
 * the table tests and the model share them.
 *
 *   1. Families, not clocks: a store that shows a family mine has replaced went back in time; a family that
 *      mine does not know is a new sign-in.
 *   2. A lease saves work. What protects a rotated token is the commit rule: mine replaces what is stored
 *      when that is the grant I redeemed, or an older sibling from the same one.
 *   3. Nobody wipes: a refusal is final only if the store still holds what was refused.
 */

/** How a stored record stands to the newest one this process holds. */
export type Relation =
  | 'absent'
  /** The same family, at least as far. */
  | 'current'
  /** Another family, and not one that mine replaced: a person signed in or out. */
  | 'newer_family'
  /** The store lost something that I hold. */
  | 'went_back';

export function relationOf(
  stored: CredentialRecord | undefined,
  known: CredentialRecord | undefined,
  durable: boolean,
): Relation {
  if (!stored) return known && !durable ? 'went_back' : 'absent';
  if (!known) return 'newer_family';
  if (stored.family === known.family) return isBehind(stored, known) ? 'went_back' : 'current';
  // What is written in the records decides first: processes that saw two families appear in a different order agree on it.
  if (stored.replaced.includes(known.family)) return 'newer_family';
  if (known.replaced.includes(stored.family)) return 'went_back';
  if (durable) return 'newer_family';
  return stored.signedInAt >= known.signedInAt ? 'newer_family' : 'went_back';
}

/**
 * Within a family the later generation is newer, and of two refresh tokens from the same one that which was
 * received later: a server that issued both takes that. `seq` counts the renewals of one refresh token.
 */
export function isBehind(one: CredentialRecord, other: CredentialRecord): boolean {
  if (one.grant.id === other.grant.id) return one.seq < other.seq;
  const { generation, issuedAt } = one.grant;
  return generation === other.grant.generation
    ? issuedAt < other.grant.issuedAt
    : generation < other.grant.generation;
}
