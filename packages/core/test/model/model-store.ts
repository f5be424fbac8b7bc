import type { CredentialRecord } from '../../src/credential-record.ts';
import { gap } from './gaps.ts';
import { claimChecked, ownMemoryChecked, writeChecked } from './invariants.ts';
import { familyNumber, interned, named, UNBORN } from './model-records.ts';
import { EXCUSE } from './model-server.ts';
import {
  excused,
  type ModelState,
  type Phase,
  processAt,
  type Run,
  type Save,
  type Stored,
  type Thread,
  type Work,
  type World,
  withProcess,
} from './model-state.ts';
import { PRODUCTION } from './rules.ts';

/** Compare-and-save, by whoever is at this point; the save as it was made. */
export function written(
  run: Run,
  state: ModelState,
  thread: Thread,
  save: Save,
): { next: ModelState; saved: Save | undefined } {
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
  next = writeChecked(world, next, phase, record);
  next = ownMemoryChecked(world, next, thread, record);
  if (isClaim) next = claimChecked(world, next, p, (phase.work as Work).token);
  const store = { record, lease, version: writes, recovered: false };
  next = { ...next, store, writes };
  if (phase.at === 'putting_back' || phase.at === 'commit_save') next = looked(run, next, p, store);
  return { next, saved: { record, lease, version } };
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
export const isRedeeming = ({ at, of, saved }: Phase): boolean =>
  at === 'asked' || at === 'answered' || (of?.at === 'claiming' && saved === true);

/** A write that succeeded goes into memory, whatever another thread put there meanwhile. */
export function remembered(
  { world }: Run,
  state: ModelState,
  p: number,
  record: CredentialRecord,
): ModelState {
  const { known } = processAt(state, p);
  const next = withProcess(state, p, { known: record });
  if (!known || familyNumber(record) >= familyNumber(known)) return next;
  if (state.ghost.loss) return gap(world, next, 'own_memory');
  return { ...next, ghost: { ...state.ghost, forgot: true } };
}

/** This process saw what is stored. If it has nothing newer to put back, nobody's moment of repair waits for it. */
export function looked(
  { world }: Run,
  state: ModelState,
  p: number,
  { record, version }: Stored,
): ModelState {
  if (version !== state.store.version) return state;
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
  return next;
}

/**
 * A sign that the store lost something begins the moment of repair, which lasts until every other living holder
 * had a step. A holder that waits for the token endpoint is not waited for. The same sign begins it once.
 */
export function momentBegun(state: ModelState, p: number, relation: string, version: number): ModelState {
  const { sign } = processAt(state, p);
  if (sign?.relation === relation && sign.version === version) return state;
  let owing = 0;
  state.processes.forEach(({ known, main }, other) => {
    if (other !== p && known && !isRedeeming(main)) owing |= 1 << other;
  });
  return withProcess(state, p, { owing, suspicious: true, sign: { relation, version } });
}

/** For the invariants: this process had a sign of the last loss, maybe one like the sign before. */
export function signSeen(state: ModelState, p: number, relation: string, version: number): ModelState {
  const { loss } = state.ghost;
  const bit = 1 << p;
  if (!loss || loss.sawSign & bit) return state;
  const { sign } = processAt(state, p);
  const isSame = sign?.relation === relation && sign.version === version;
  const sameSign = isSame ? loss.sameSign | bit : loss.sameSign;
  return { ...state, ghost: { ...state.ghost, loss: { ...loss, sawSign: loss.sawSign | bit, sameSign } } };
}

/** The lease of a live holder counts as dead: from here on two may redeem the same refresh token. */
export function lapsed(world: World, state: ModelState, stored: Stored): ModelState | undefined {
  if (world.without?.includes('lapse')) return undefined;
  const tokens = state.processes.flatMap(({ main, late }) =>
    [main, late].map((each) => (holds(each, stored.lease as number) ? workOf(each)?.token : undefined)),
  );
  // The holder may send its request at any time from now on.
  const excuse = EXCUSE.inFlight | EXCUSE.stray;
  const next = excused(state, [...tokens, stored.record?.grant.refreshToken], excuse);
  return { ...next, faultsLeft: state.faultsLeft - 1 };
}
