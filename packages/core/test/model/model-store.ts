import type { CredentialRecord } from '../../src/record/credential-record.ts';
import { claimChecked, isReplaced, writeChecked } from './invariants.ts';
import { familyNumber, interned, named, UNBORN } from './model-records.ts';
import { EXCUSE } from './model-server.ts';
import {
  adopted,
  excused,
  goOn,
  heldBy,
  type ModelState,
  type Phase,
  processAt,
  type Run,
  type Save,
  type Slot,
  type Stored,
  type Thread,
  type Work,
  type World,
  withProcess,
} from './model-state.ts';
import { PRODUCTION } from './rules.ts';

/** A save that was decided upon, and not sent yet. */
export function willSave(
  state: ModelState,
  p: number,
  slot: Slot,
  phase: Phase & { save: Save },
): ModelState {
  const isObsolete = isReplaced(state, p, phase.save.record);
  return goOn(state, p, slot, isObsolete ? { ...phase, save: { ...phase.save, isObsolete } } : phase);
}

/** Compare-and-save, by whoever is at this point; the save as it was made. */
export function written(
  run: Run,
  state: ModelState,
  thread: Thread,
  save: Save,
): { next: ModelState; saved: Save | undefined; work?: Work | undefined } {
  const { world } = run;
  const { p, phase } = thread;
  const { lease, version } = save;
  if (version !== state.store.version) return { next: state, saved: undefined };
  const { families, ticks } = state;
  const writes = state.writes + 1;
  const isClaim = phase.at === 'claiming';
  let record = interned(save.record);
  let next = state;
  if (familyNumber(record) === UNBORN) {
    record = named({ ...record, signedInAt: isClaim ? ticks : record.signedInAt }, families);
    next = { ...next, families: families + 1, ticks: isClaim ? ticks + 1 : ticks };
  }
  let { work } = phase;
  if (isClaim && work?.seedFamily !== undefined) {
    ({ next, work } = seedLeased(next, processAt(next, p).seed?.id ?? '', record, work));
  }
  next = writeChecked(world, next, phase, save, record);
  if (version === 0 && next.away) next = lost(next);
  if (isClaim) next = claimChecked(next, p, (phase.work as Work).token);
  const isBack = phase.at === 'putting_back' || (phase.at === 'commit_save' && version === 0);
  const hold = isBack ? othersToWaitFor(state, p) : save.hold;
  const store = { record, lease, version: writes, recovered: false, deleted: false, hold };
  next = { ...next, store, writes };
  const { loss } = next.ghost;
  if (isBack && loss) next = { ...next, ghost: { ...next.ghost, loss: { ...loss, isBack } } };
  if (isBack || phase.at === 'commit_save') next = looked(run, next, p, store);
  return { next, saved: { record, lease, version, hold }, work };
}

/** A seed's lease names the family to come: the same for every try of it on the same base. */
function seedLeased(
  state: ModelState,
  seed: string,
  { family: base }: CredentialRecord,
  work: Work,
): { next: ModelState; work: Work } {
  const known = state.seedFamilies.find((each) => each.seed === seed && each.base === base);
  const family = known?.family ?? state.families;
  const leased = { ...work, seedFamily: family, seedTick: state.ticks };
  const next = { ...state, ticks: state.ticks + 1 };
  if (known) return { next, work: leased };
  const seedFamilies = [...state.seedFamilies, { seed, base, family }];
  return { next: { ...next, families: state.families + 1, seedFamilies }, work: leased };
}

/** The number of the family that the holder of this lease would begin. */
export function familyToCome(state: ModelState, lease: number | undefined): number | undefined {
  const works = state.processes.flatMap(({ main, late }) => [workOf(main), workOf(late)]);
  return works.find((work) => work?.lease === lease)?.seedFamily || undefined;
}

/** How a process may see a lease: one whose holder works on under it lapses only by a fault. */
export type LeaseView = 'none' | 'live' | 'dead' | 'lapsed';

export function viewsOf(state: ModelState, p: number, lease: number | undefined): LeaseView[] {
  if (lease === undefined) return ['none'];
  const holder = state.processes.findIndex(({ main, late }) =>
    [main, late].some((each) => holds(each, lease)),
  );
  if (holder === p) return ['dead'];
  if (holder === -1) return ['dead', 'live'];
  return state.faultsLeft > 0 ? ['live', 'lapsed'] : ['live'];
}

const holds = (phase: Phase | undefined, lease: number): boolean =>
  phase?.at !== 'claiming' && workOf(phase)?.lease === lease;

export const workOf = (phase: Phase | undefined): Work | undefined => phase?.of?.work ?? phase?.work;

/** From its lease to its tokens: what comes of it, nobody holds yet. */
const isRedeeming = ({ at, of, saved }: Phase): boolean =>
  at === 'leased' || at === 'asked' || at === 'answered' || (of?.at === 'claiming' && saved === true);

/** `adopt` of `token-memory.ts`: what another thread put there meanwhile stays, if it is newer. */
export function remembered(
  { world, rules }: Run,
  state: ModelState,
  p: number,
  record: CredentialRecord,
): ModelState {
  const known = heldBy({ rules }, processAt(state, p));
  const isOlder = rules.keepsNewer && PRODUCTION.relationOf(record, known, world.durable) === 'went_back';
  return isOlder ? state : adopted({ rules }, state, p, record);
}

/** This process saw what is stored. If it has nothing newer to put back, nobody's moment of repair waits for it. */
export function looked(
  { world }: Run,
  state: ModelState,
  p: number,
  { record, version, deleted }: Stored,
): ModelState {
  if (version !== state.store.version) return state;
  // Out of sight: that was no chance to put anything back.
  if (world.durable && !record && !deleted) return state;
  if (PRODUCTION.relationOf(record, processAt(state, p).known, world.durable) === 'went_back') return state;
  const bit = 1 << p;
  const { loss } = state.ghost;
  let next = state;
  if (loss && !(loss.looked & bit)) {
    next = { ...next, ghost: { ...next.ghost, loss: { ...loss, looked: loss.looked | bit } } };
  }
  return noLongerOwing(next, p);
}

export function noLongerOwing(state: ModelState, p: number): ModelState {
  let next = state;
  for (let other = 0; other < state.processes.length; other++) {
    const { owing } = processAt(state, other);
    if (owing !== undefined && owing & (1 << p))
      next = withProcess(next, other, { owing: owing & ~(1 << p) });
  }
  for (const place of ['store', 'replica', 'away'] as const) {
    const stored = next[place];
    if (stored && stored.hold & (1 << p))
      next = { ...next, [place]: { ...stored, hold: stored.hold & ~(1 << p) } };
  }
  return next;
}

/** The moment of repair lasts until every other living holder had a step; not one that waits for the token endpoint. */
function othersToWaitFor({ processes }: ModelState, p: number): number {
  return processes.reduce(
    (mask, { known, main }, other) =>
      other !== p && known && !isRedeeming(main) ? mask | (1 << other) : mask,
    0,
  );
}

/** `begin` of `repair-pause.ts`. */
export function momentBegun(state: ModelState, p: number): ModelState {
  return withProcess(state, p, { owing: othersToWaitFor(state, p), suspicious: true });
}

/** `beginOnce` of `repair-pause.ts`. */
export function momentBegunOnce(state: ModelState, p: number): ModelState {
  return processAt(state, p).sawEmpty ? state : withProcess(momentBegun(state, p), p, { sawEmpty: true });
}

/** For the invariants: this process had a sign of the last loss. */
export function signSeen(state: ModelState, p: number): ModelState {
  const { loss } = state.ghost;
  const bit = 1 << p;
  if (!loss || loss.sawSign & bit) return state;
  return { ...state, ghost: { ...state.ghost, loss: { ...loss, sawSign: loss.sawSign | bit } } };
}

export const mayLapse = (world: World, state: ModelState): boolean =>
  state.faultsLeft > 0 && !world.without?.includes('lapse');

/**
 * The lease of a live holder counts as dead: from here on two may redeem the same refresh token. A holder that has sent
 * nothing yet does not do so any more.
 */
export function lapsed(world: World, state: ModelState, stored: Stored): ModelState | undefined {
  if (!mayLapse(world, state)) return undefined;
  const lease = stored.lease as number;
  let next = { ...state, faultsLeft: state.faultsLeft - 1 };
  for (const [p, { main, late }] of state.processes.entries()) {
    const isSent = [main, late].some((each) => holds(each, lease) && !isUnsent(each as Phase));
    if (isSent) {
      const tokens = [workOf(main)?.token, workOf(late)?.token, stored.record?.grant.refreshToken];
      // The request may arrive at any time from now on.
      next = excused(next, tokens, EXCUSE.inFlight | EXCUSE.stray);
    }
    if (holds(main, lease)) next = withProcess(next, p, { main: withLapse(main) });
  }
  return next;
}

/** It has its lease, and has sent nothing under it. */
const isUnsent = ({ at, of, work }: Phase): boolean =>
  (at === 'leased' && work?.tries === 0) || (at === 'heard' && of?.at === 'claiming');

function withLapse(phase: Phase): Phase {
  if (phase.of) return { ...phase, of: withLapse(phase.of) };
  return phase.work ? { ...phase, work: { ...phase.work, lapsed: true } } : phase;
}

/** Whoever waits for the token endpoint just now may receive what nobody held when the store lost something. */
function holdersOf({ processes }: ModelState): number {
  return processes.reduce(
    (mask, { known, main }, p) => (known && !isRedeeming(main) ? mask | (1 << p) : mask),
    0,
  );
}

/** What was stored is gone, or will be missed where something else is put in its place. */
export function lost(state: ModelState): ModelState {
  const loss = { holders: holdersOf(state), sawSign: 0, looked: 0, isBack: false };
  return { ...state, ghost: { ...state.ghost, loss } };
}
