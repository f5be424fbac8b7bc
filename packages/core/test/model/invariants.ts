import type { CredentialRecord } from '../../src/record/credential-record.ts';
import type { CommitStep } from '../../src/renewal/decisions.ts';
import { depthOf, familyNumber, hasUsableToken, UNBORN } from './model-records.ts';
import { accepts, EXCUSE, isSpent, placeOf } from './model-server.ts';
import {
  excused,
  type ModelState,
  type Phase,
  processAt,
  type Save,
  type Stored,
  violating,
  type Work,
  type World,
} from './model-state.ts';

/** What a client's write may not do to what is stored. A sign-in and a sign-out may replace anything; a consent adds to it. */
export function writeChecked(
  world: World,
  state: ModelState,
  phase: Phase,
  { isObsolete }: Save,
  record: CredentialRecord,
): ModelState {
  if (phase.at === 'replace_save' && phase.act?.is !== 'consent') return state;
  const before = state.store.record;
  const checked = before
    ? overwriteChecked(world, state, phase, before, record)
    : birthChecked(world, state, phase, record);
  return isObsolete && record.family !== before?.family
    ? violating(checked, 'a process wrote back a family that it knows to be replaced')
    : checked;
}

const CAME_BACK = 'a record that was deleted came back';

function birthChecked(world: World, state: ModelState, { at }: Phase, record: CredentialRecord): ModelState {
  const isBegun = at === 'claiming' && record.grant.refreshToken === undefined;
  if (!world.durable || isBegun) return state;
  // Only who had its lease in it when it vanished may put it back; a deletion may come between its look and its save.
  if (at === 'commit_save') return state;
  if (state.store.deleted) return violating(state, CAME_BACK);
  return state.away
    ? violating(state, 'a record that is gone was written back by one who had no lease in it')
    : state;
}

function overwriteChecked(
  world: World,
  state: ModelState,
  phase: Phase,
  before: CredentialRecord,
  record: CredentialRecord,
): ModelState {
  if (record.family !== before.family) return succession(world, state, phase, before, record);
  if (before.state === 'signed_out' && record.state !== before.state) {
    return violating(state, 'a sign-out was overwritten');
  }
  if (isWiped(world, state, before, record)) return violating(state, 'a refusal wiped a living session');
  return isBehind(record, before)
    ? violating(state, 'the stored lineage went back by the write of a client')
    : state;
}

/** Another family takes the place of the stored one: a newer one, or, from a seed, over what its lease was in. */
function succession(
  world: World,
  state: ModelState,
  { at, work }: Phase,
  before: CredentialRecord,
  record: CredentialRecord,
): ModelState {
  if (at === 'commit_save' && work?.seedFamily !== undefined) {
    const { family, replaced } = work.leased;
    const isDead = !isAccepted(world, state, record) && isAccepted(world, state, before);
    if (isDead && before.seedIds.some((id) => record.seedIds[0] === id)) {
      return violating(state, 'a dead seed displaced a living session');
    }
    return [family, ...replaced].includes(before.family)
      ? state
      : violating(state, 'the import of a seed overwrote a sign-in or sign-out made meanwhile');
  }
  if (familyNumber(record) > familyNumber(before)) return state;
  const what = before.state === 'signed_out' ? 'sign-out' : 'sign-in';
  return violating(state, `a newer ${what} was overwritten`);
}

/** Whether this process knows that a family was replaced: it may have signed in or out itself. */
export function isReplaced(state: ModelState, p: number, record: CredentialRecord): boolean {
  const { known } = processAt(state, p);
  const family = familyNumber(record);
  return known !== undefined && family !== UNBORN && family < familyNumber(known);
}

/** By the truth of the server: how deep in the lineage, then which brother was received first, then which renewal. */
function isBehind(one: CredentialRecord, other: CredentialRecord): boolean {
  if (one.grant.id === other.grant.id) return one.seq < other.seq;
  const deeper = depthOf(one) - depthOf(other);
  return deeper === 0 ? one.grant.issuedAt < other.grant.issuedAt : deeper < 0;
}

function isWiped(world: World, state: ModelState, before: CredentialRecord, record: CredentialRecord) {
  const isMarked = record.state === 'reauthorization_required' && before.state !== record.state;
  return isMarked && isAccepted(world, state, record);
}

function isAccepted(world: World, state: ModelState, { grant }: CredentialRecord): boolean {
  if (grant.refreshToken === undefined) return false;
  return accepts(world.server, state.sessions[placeOf(grant.refreshToken).session], grant.refreshToken);
}

/** What a process takes over from the store is at least as new as what it holds. */
export function adoptionChecked(
  state: ModelState,
  p: number,
  record: CredentialRecord | undefined,
): ModelState {
  const { known, late } = processAt(state, p);
  if (!known || !record) return state;
  const newer = familyNumber(record) - familyNumber(known);
  if (isUnheardOf(state, known, record)) return state;
  if (newer < 0) return violating(state, 'a process took over an older family than it holds');
  // A commit under way brings the newer one back.
  if (newer > 0 || !isBehind(record, known) || late) return state;
  return violating(state, 'a process took over an older record than it holds');
}

/** A family that was begun while the store was out of sight, by one who had never seen what was there, cannot list it. */
const isUnheardOf = ({ ghost }: ModelState, known: CredentialRecord, { family }: CredentialRecord): boolean =>
  ghost.wasAway && family !== known.family && !known.replaced.includes(family);

/** Who signs in or out replaces what is known here, in use or not. */
export function successionChecked(state: ModelState, p: number, record: CredentialRecord): ModelState {
  const { known } = processAt(state, p);
  return known && !record.replaced.includes(known.family)
    ? violating(state, 'a sign-in or sign-out forgot what it replaces')
    : state;
}

/** A rotation that a living process received is saved, or superseded by what is truly newer. */
export function outcomeChecked(
  state: ModelState,
  known: CredentialRecord | undefined,
  { leased, seedFamily }: Work,
  step: CommitStep,
  { record: stored, deleted }: Stored,
  mine: CredentialRecord,
): ModelState {
  const words = 'a rotation was dropped';
  if (step.do === 'save') return deleted ? violating(state, CAME_BACK) : state;
  if (step.do === 'done') return state;
  if (known && isNewer(known, mine)) return state;
  if (!stored) return deleted ? state : violating(state, words);
  if (isUnheardOf(state, mine, stored)) return state;
  // Of a seed: somebody came in between, or found it dead and a session living.
  const isHeard = stored.family !== leased.family || stored.seedIds.includes(mine.seedIds[0] as string);
  if (seedFamily !== undefined && isHeard) return state;
  return isNewer(stored, mine) ? state : violating(state, words);
}

function isNewer(one: CredentialRecord, other: CredentialRecord): boolean {
  const newer = familyNumber(one) - familyNumber(other);
  return newer > 0 || (newer === 0 && one.grant.id !== other.grant.id && !isBehind(one, other));
}

/**
 * Nobody claims an older refresh token while a living process holds a newer one: not without a fault, and after a
 * loss not where the claimant saw a sign of it, or that holder has had its look at the store.
 */
export function claimChecked(state: ModelState, p: number, token: string): ModelState {
  const { session, depth } = placeOf(token);
  const { loss } = state.ghost;
  const holders = state.processes.flatMap(({ known }, other) => {
    const held = known?.grant.refreshToken;
    const counts = other !== p && (!loss || (loss.holders | loss.looked) & (1 << other));
    const place = counts && held !== undefined ? placeOf(held) : undefined;
    return place && place.session === session && place.depth > depth ? [other] : [];
  });
  const excuse = state.sessions[session]?.excuse ?? 0;
  const isOld = holders.length > 0 && isSpent(state.sessions[session], token);
  if (!isOld || excuse & ~EXCUSE.loss) return state;
  const words = 'an old refresh token was taken up while a living process holds a newer one';
  if (mayComeAgain(state, token)) return excused(state, [token], EXCUSE.seed);
  if (!loss) return violating(state, words);
  const hasLooked = holders.some((other) => loss.looked & (1 << other));
  const couldKnow = loss.sawSign & (1 << p) || hasLooked || loss.isBack;
  return couldKnow ? violating(state, words) : excused(state, [token], EXCUSE.loss);
}

/** A seed, in front of a store that shows nothing: who never saw that it was imported tries it. */
const mayComeAgain = ({ processes, ghost }: ModelState, token: string): boolean =>
  (ghost.removed || ghost.wasAway) && processes.some(({ seed }) => seed?.refreshToken === token);

/** A refresh token is redeemed twice only after a fault that nobody can make harmless. */
export function redemptionChecked(state: ModelState, token: string): ModelState {
  const session = state.sessions[placeOf(token).session];
  if (!session || !isSpent(session, token) || session.excuse) return state;
  if (state.ghost.loss) return excused(state, [token], EXCUSE.loss);
  if (mayComeAgain(state, token)) return excused(state, [token], EXCUSE.seed);
  return violating(state, 'a refresh token was redeemed twice without a fault');
}

/** "Revoked" is not said of a refresh token that one of us redeemed: that may be the very reason for the refusal. */
export function reasonChecked(state: ModelState, { token, ambiguous }: Work): ModelState {
  const isTrue = ambiguous || state.ghost.loss || !isSpent(state.sessions[placeOf(token).session], token);
  return isTrue
    ? state
    : violating(state, 'a refresh token was called revoked that one of the processes had redeemed');
}

/** A state in which nobody can take a step by itself must be a good one, or truthfully a bad one. */
export function checkEnding(world: World, state: ModelState): string | undefined {
  const { record } = state.store;
  for (let p = 0; p < state.processes.length; p++) {
    const { main, person, late, known } = processAt(state, p);
    if (main.at !== 'idle' || person || late) return 'a process is stuck';
    const canAsk = record?.state === 'active' && record.grant.refreshToken !== undefined;
    if (canAsk && !hasUsableToken(known, state.sessions)) return 'a process is stuck without a token';
    if (record?.state === 'reauthorization_required' && known && isAccepted(world, state, known)) {
      return 'the store calls a living session finished';
    }
  }
  if (record?.state === 'signed_out') {
    return livesOn(state) ? 'a session that was signed out with revocation lives on' : undefined;
  }
  return record?.grant.refreshToken === undefined || isAccepted(world, state, record)
    ? undefined
    : checkLost(world, state, record.grant.refreshToken);
}

function checkLost(world: World, state: ModelState, token: string): string | undefined {
  const excuse = state.sessions[placeOf(token).session]?.excuse ?? 0;
  if (excuse === 0) return 'a session was lost without a fault';
  const forgives = world.server === 'grace' && excuse === EXCUSE.inFlight;
  return forgives && world.faults - state.faultsLeft <= 1
    ? 'a session was lost by one fault, on a server that forgives it'
    : undefined;
}

/** A session that was signed out with revocation, though nothing was lost that was to revoke it. */
function livesOn({ sessions, ghost }: ModelState): boolean {
  // A sign-out while the store is out of sight revokes what is known there, which may be an older one.
  if (ghost.loss || ghost.removed || ghost.wasAway) return false;
  return sessions.some(({ alive, signedOut, excuse }) => alive && signedOut && excuse === 0);
}
