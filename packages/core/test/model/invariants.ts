import type { CredentialRecord } from '../../src/credential-record.ts';
import type { CommitStep } from '../../src/decisions.ts';
import { GAPS, gap } from './gaps.ts';
import { depthOf, familyNumber, hasUsableToken } from './model-records.ts';
import { accepts, EXCUSE, isSpent, placeOf } from './model-server.ts';
import {
  excused,
  type ModelState,
  type Phase,
  processAt,
  type Thread,
  violating,
  type Work,
  type World,
} from './model-state.ts';

/** What a client's write may not do to what is stored. A sign-in and a sign-out may replace anything. */
export function writeChecked(
  world: World,
  state: ModelState,
  phase: Phase,
  record: CredentialRecord,
): ModelState {
  const { store, ghost } = state;
  const { at } = phase;
  const before = store.record;
  if (at === 'replace_save') return state;
  if (!before) {
    const isBegun = at === 'claiming' && record.grant.refreshToken === undefined;
    const isBack = world.durable && ghost.removed && !isBegun;
    return isBack ? violating(state, 'a record removed by hand came back') : state;
  }
  if (record.family !== before.family) return succession(world, state, phase, before, record);
  if (before.state === 'signed_out' && record.state !== before.state) {
    return violating(state, 'a sign-out was overwritten');
  }
  if (isWiped(world, state, before, record)) return violating(state, 'a refusal wiped a living session');
  const goesBack = at === 'putting_back' ? record.seq <= before.seq : isBehind(record, before);
  return goesBack ? violating(state, 'the stored lineage went back by the write of a client') : state;
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
    return [family, ...replaced].includes(before.family) ? state : gap(world, state, 'seed_wins');
  }
  if (familyNumber(record) > familyNumber(before)) return state;
  const what = before.state === 'signed_out' ? 'sign-out' : 'sign-in';
  return violating(state, `a newer ${what} was overwritten`);
}

/** A process does not write back a family that it knows to be replaced: it may have signed in or out itself. */
export function ownMemoryChecked(
  world: World,
  state: ModelState,
  { p, phase }: Thread,
  record: CredentialRecord,
): ModelState {
  const { known } = processAt(state, p);
  const isOlder = known && phase.at !== 'replace_save' && familyNumber(record) < familyNumber(known);
  if (!isOlder) return state;
  return state.ghost.loss ? gap(world, state, 'own_memory') : violating(state, GAPS.own_memory.words);
}

function isBehind(one: CredentialRecord, other: CredentialRecord): boolean {
  if (one.seq < other.seq) return true;
  if (one.grant.id === other.grant.id) return false;
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
  world: World,
  state: ModelState,
  p: number,
  record: CredentialRecord | undefined,
): ModelState {
  const { known, late } = processAt(state, p);
  if (!known || !record) return state;
  const newer = familyNumber(record) - familyNumber(known);
  if (newer < 0) return violating(state, 'a process took over an older family than it holds');
  const { loss } = state.ghost;
  // After a loss the branches of a family compare by their seq; a commit under way brings the newer one back.
  if (newer > 0 || !isBehind(record, known) || (loss && record.seq > known.seq) || late) return state;
  return loss && record.seq === known.seq
    ? gap(world, state, 'branches')
    : violating(state, 'a process took over an older record than it holds');
}

/** A rotation that a living process received is saved, or superseded by what is truly newer. */
export function outcomeChecked(
  world: World,
  state: ModelState,
  { leased, seedFamily }: Work,
  step: CommitStep,
  stored: CredentialRecord | undefined,
  mine: CredentialRecord,
): ModelState {
  const words = 'a rotation was dropped';
  if (step.do === 'save' || step.do === 'done') return state;
  if (!stored) return state.ghost.removed ? state : violating(state, words);
  if (seedFamily !== undefined && stored.family !== leased.family) return state;
  const newer = familyNumber(stored) - familyNumber(mine);
  if (newer > 0 || (newer === 0 && !isBehind(stored, mine))) return state;
  const isForgiven = world.server === 'grace' && isUncle(stored, mine.grant.refreshToken as string);
  return isForgiven ? gap(world, state, 'uncle') : violating(state, words);
}

/** What is stored is a sibling of what was redeemed. */
function isUncle({ grant }: CredentialRecord, token: string): boolean {
  if (grant.refreshToken === undefined) return false;
  const uncle = placeOf(grant.refreshToken);
  const place = placeOf(token);
  return uncle.session === place.session && uncle.depth === place.depth - 1 && uncle.n !== place.parent;
}

/**
 * Nobody claims an older refresh token while a living process holds a newer one: not without a fault, and after a
 * loss not where the claimant saw a sign of it, or that holder has had its look at the store.
 */
export function claimChecked(world: World, state: ModelState, p: number, token: string): ModelState {
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
  const words = 'an old refresh token was claimed while a living process holds a newer one';
  if (state.ghost.removed && isSeed(state, token)) return excused(state, [token], EXCUSE.seed);
  if (!loss) return violating(state, words);
  const hasLooked = holders.some((other) => loss.looked & (1 << other));
  if (loss.sawSign & (1 << p) || hasLooked) {
    return loss.sameSign & (1 << p) ? gap(world, state, 'same_sign') : violating(state, words);
  }
  return loss.sawSign ? gap(world, state, 'shared_moment') : excused(state, [token], EXCUSE.loss);
}

const isSeed = ({ processes }: ModelState, token: string): boolean =>
  processes.some(({ seed }) => seed?.refreshToken === token);

/** A refresh token is redeemed twice only after a fault that nobody can make harmless. */
export function redemptionChecked(world: World, state: ModelState, token: string): ModelState {
  const session = state.sessions[placeOf(token).session];
  if (!session || !isSpent(session, token) || session.excuse) return state;
  if (state.ghost.loss) return excused(state, [token], EXCUSE.loss);
  if (state.ghost.removed && isSeed(state, token)) return excused(state, [token], EXCUSE.seed);
  return isSeed(state, token) && state.faultsLeft < world.faults
    ? gap(world, state, 'seed_again')
    : violating(state, 'a refresh token was redeemed twice without a fault');
}

/** "Revoked" is not said of a refresh token that one of us redeemed: that may be the very reason for the refusal. */
export function reasonChecked(world: World, state: ModelState, { token, ambiguous }: Work): ModelState {
  const isTrue = ambiguous || state.ghost.loss || !isSpent(state.sessions[placeOf(token).session], token);
  return isTrue || !world.strictly?.includes('reason') ? state : violating(state, GAPS.reason.words);
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
  if (world.strictly?.includes('late_revocation') && livesOn(state)) return GAPS.late_revocation.words;
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
  if (ghost.loss || ghost.removed) return false;
  return sessions.some(({ alive, signedOut, excuse }) => alive && signedOut && excuse === 0);
}
