import type { TokenMemory } from '../memory/token-memory.ts';
import type { CredentialRecord, StoredAccessToken } from '../record/credential-record.ts';
import { isBehind, relationOf } from '../record/record-relation.ts';
import { mergeOnto } from '../record/record-transitions.ts';
import { isFinal, refusalOf } from '../record/refusal-of.ts';
import type { StoredRefusal } from '../record/stored-refusal.ts';
import type { LeaseState } from './lease-state.ts';

/** What the flight does next, given a record that is as new as any this process knows. */
export type Step =
  | { do: 'use' }
  | { do: 'require_sign_in'; reason: string }
  /** The server refused this, and the pause after that is not over. */
  | { do: 'refuse'; refusal: StoredRefusal; leftMs: number }
  | { do: 'hold'; until: number }
  | { do: 'wait' }
  /** The store lost something: others get a moment to put back what is newer than anything here. */
  | { do: 'let_others_repair'; ms: number }
  | { do: 'import_seed'; tookOver: boolean }
  | { do: 'redeem'; tookOver: boolean };

export interface Situation {
  record: CredentialRecord | undefined;
  scope: string;
  /** Whether the stored access token answers the ask. */
  usable: boolean;
  /** Whether the provider can obtain tokens without a refresh token. */
  acquires: boolean;
  /** A seed is there that this record has not seen. */
  hasNewSeed: boolean;
  lease: LeaseState;
  /** `renew()`, or the first ask of a process: a pause that no server asked for does not count. */
  asksAnyway: boolean;
  /** How long this process itself still leaves alone what was refused, by its monotonic clock. */
  restMs: number;
  /** What is left of the moment of repair. */
  repairLeftMs: number;
  /** What is left of the pause in the record, by both clocks of this process. */
  pauseLeftMs: number;
  /** The same of a refusal in the record. */
  leftOf(refusal: StoredRefusal): number;
  now: number;
}

export function nextStep(situation: Situation): Step {
  const { record, hasNewSeed, lease, repairLeftMs, pauseLeftMs } = situation;
  const isPaused = pauseLeftMs > 0 || refusedFor(record?.refusal, situation) > 0;
  const canTrySeed = hasNewSeed && lease !== 'live' && !isPaused;
  if (canTrySeed && repairLeftMs === 0) return { do: 'import_seed', tookOver: lease === 'dead' };
  if (record) return stepFor(record, situation);
  if (repairLeftMs > 0) return { do: 'let_others_repair', ms: repairLeftMs };
  return { do: 'require_sign_in', reason: 'no_credential' };
}

function stepFor(record: CredentialRecord, situation: Situation): Step {
  const { scope, usable, acquires, hasNewSeed, lease, repairLeftMs, pauseLeftMs, now } = situation;
  if (usable && record.state !== 'signed_out') return { do: 'use' };
  if (hasNewSeed && lease === 'live') return { do: 'wait' };
  if (record.state === 'signed_out') return { do: 'require_sign_in', reason: 'signed_out' };
  const refusal = refusalOf(record, scope);
  const leftMs = refusedFor(refusal, situation);
  if (record.state === 'reauthorization_required' && (leftMs > 0 || isFinal(record))) {
    return { do: 'require_sign_in', reason: record.reason ?? 'revoked' };
  }
  if (refusal && leftMs > 0) return { do: 'refuse', refusal, leftMs };
  // Before the pause: the process that saw the loss wrote that one into the record for the others.
  if (repairLeftMs > 0 && lease !== 'live') return { do: 'let_others_repair', ms: repairLeftMs };
  if (pauseLeftMs > 0) return { do: 'hold', until: now + pauseLeftMs };
  if (lease === 'live') return { do: 'wait' };
  if (!record.grant.refreshToken && !acquires) return { do: 'require_sign_in', reason: 'no_credential' };
  return { do: 'redeem', tookOver: lease === 'dead' };
}

/** How much longer a refusal blocks: by the time in the record, or by what this process itself was told. */
function refusedFor(refusal: StoredRefusal | undefined, { asksAnyway, restMs, leftOf }: Situation): number {
  if (!refusal || (asksAnyway && !refusal.asked)) return 0;
  return Math.max(leftOf(refusal), restMs);
}

/** Whether a renewal that no caller waits for would end at a pause. */
export function isHeldBack(
  { known, pauseLeftMs, leftOf }: Pick<TokenMemory, 'known' | 'pauseLeftMs' | 'leftOf'>,
  scope: string,
): boolean {
  return pauseLeftMs > 0 || leftOf(refusalOf(known, scope)) > 0;
}

/** What becomes of a renewal's result. */
export type CommitStep =
  | { do: 'save'; record: CredentialRecord }
  /** It is stored already. */
  | { do: 'done' }
  /** A newer sign-in or sibling won; take that over and revoke nothing. */
  | { do: 'adopt' }
  /** Signed out or deleted meanwhile: not to be saved. */
  | { do: 'drop'; revoke: boolean }
  /** The record vanished under my lease: a loss, and it may be on its way back. Kept in memory, and looked for again. */
  | { do: 'keep' };

export interface CommitInput {
  stored: CredentialRecord | undefined;
  /** Nothing is stored because it was deleted. */
  deleted: boolean;
  /** The newest that this process knows by now: a person may have signed in or out here meanwhile. */
  known: CredentialRecord | undefined;
  /** The record as my renewal made it. */
  mine: CredentialRecord;
  /** The lease under which I redeemed. */
  leaseId: string;
  /** The seed that I redeemed, if it was one. */
  seedId?: string | undefined;
  durable: boolean;
  /** The lease has ended: what has not come back by now will not. */
  leaseEnded: boolean;
}

export function commitStep(input: CommitInput): CommitStep {
  const { stored, deleted, known, mine, leaseId, seedId, durable, leaseEnded } = input;
  for (const other of [known, stored]) {
    if (!other || other.family === mine.family || relationOf(other, mine, durable) === 'went_back') continue;
    return other.state === 'signed_out' ? { do: 'drop', revoke: other.revokeLate === true } : { do: 'adopt' };
  }
  // Another commit of this process brought something newer: that is saved, or will be put back.
  if (known?.family === mine.family && isOther(known, mine) && isBehind(mine, known)) return { do: 'adopt' };
  if (!stored && deleted) return { do: 'drop', revoke: false };
  if (!stored && durable && !leaseEnded) return { do: 'keep' };
  if (stored?.family !== mine.family) return commitOverFamily(stored, mine, seedId);
  if (holdsAll(stored, mine)) return { do: 'done' };
  if (isOther(stored, mine) && !isBehind(stored, mine)) return { do: 'adopt' };
  return { do: 'save', record: mergeOnto(stored, mine, leaseId) };
}

/** Onto what my family replaced: with a seed that is what my lease was in. */
function commitOverFamily(
  stored: CredentialRecord | undefined,
  mine: CredentialRecord,
  seedId: string | undefined,
): CommitStep {
  // Another process found the seed dead, and a dead seed displaces no living session.
  const isDead = seedId !== undefined && stored?.seedIds.includes(seedId) && stored.state === 'active';
  if (isDead) return { do: 'adopt' };
  return { do: 'save', record: mine };
}

const isOther = (one: CredentialRecord, other: CredentialRecord): boolean => one.grant.id !== other.grant.id;

/** Whether a refusal concerns what is stored by now. It does not if another process has renewed, or if it is settled already. */
export function isStillRefused(stored: CredentialRecord, leased: CredentialRecord): boolean {
  const sameGrant = stored.family === leased.family && stored.grant.id === leased.grant.id;
  return sameGrant && !isFinal(stored);
}

/**
 * A save whose outcome was unknown did arrive, or another holder put the same back. What others made of it since,
 * a refusal included, is newer than my save.
 */
function holdsAll(stored: CredentialRecord, mine: CredentialRecord): boolean {
  const isThere = ([scope, { token }]: [string, StoredAccessToken]) =>
    stored.accessTokens[scope]?.token === token;
  const samePoint = !isOther(stored, mine) && stored.seq >= mine.seq;
  return samePoint && Object.entries(mine.accessTokens).every(isThere);
}
