import { type CredentialRecord, rememberedSeeds } from '../../src/record/credential-record.ts';
import { outcomeChecked, reasonChecked } from './invariants.ts';
import { interned, leaseId, leaseIn, withLease } from './model-records.ts';
import { placeOf, revoke, type Session } from './model-server.ts';
import {
  type At,
  ended,
  goOn,
  heldBy,
  type ModelState,
  processAt,
  type Run,
  type Save,
  type Stored,
  setAside,
  type Thread,
  type Work,
  withSession,
} from './model-state.ts';
import { lapsed, looked, momentBegun, remembered, viewsOf, willSave } from './model-store.ts';

/** `tryOnce` of `commit.ts`, from the answer to `load`. */
export function afterCommitLook(
  run: Run,
  state: ModelState,
  { p, slot, phase }: Thread,
  stored: Stored,
): void {
  const { world, rules, emit } = run;
  const work = phase.work as Work;
  const { lease } = work;
  const mine = phase.mine as CredentialRecord;
  const known = heldBy(run, processAt(state, p));
  const isSeed = work.seedFamily !== undefined;
  const input = {
    stored: withLease(stored.record, stored.lease),
    deleted: stored.deleted,
    known,
    mine,
    seedId: isSeed ? processAt(state, p).seed?.id : undefined,
    leaseId: leaseId(lease),
    durable: world.durable,
  };
  let step = rules.commitStep({ ...input, leaseEnded: false });
  if (step.do === 'keep') {
    // It looks again until the lease has ended, which may be at any time.
    emit('loads: the record vanished under its lease', p, state, true);
    step = rules.commitStep({ ...input, leaseEnded: true });
  }
  const checked = outcomeChecked(state, known, work, step, stored, mine);
  const done = ended(checked, p, slot);
  const givenWay = isSeed ? goOn(checked, p, slot, { at: 'remember_look', work }) : done;
  const overtaken = looked(run, taken(run, givenWay, p, stored), p, stored);
  switch (step.do) {
    case 'save': {
      const record = interned(step.record);
      const hold = stored.lease === lease ? 0 : stored.hold;
      const save = {
        record,
        lease: leaseIn(step.record),
        version: stored.version,
        hold,
      };
      const next = stored.record ? checked : momentBegun(checked, p);
      emit('loads: will commit', p, willSave(next, p, slot, { ...phase, at: 'commit_save', save }));
      return;
    }
    case 'done':
      emit('loads: it is stored already', p, looked(run, done, p, stored));
      return;
    case 'adopt':
      emit('loads: adopts what is newer', p, overtaken);
      return;
    case 'drop':
      emit('loads: lets the tokens go', p, step.revoke ? revoked(run, overtaken, mine) : overtaken);
  }
}

/** What won is taken over; a record that is gone is forgotten where a store keeps what it was given. */
function taken(run: Run, state: ModelState, p: number, { record }: Stored): ModelState {
  if (record) return remembered(run, state, p, record);
  return run.world.durable ? setAside(state, p) : state;
}

export const afterCommitSave =
  (run: Run) =>
  (state: ModelState, { p, slot, phase }: Thread, saved: boolean) => {
    if (!saved) {
      const again = goOn(state, p, slot, { ...phase, at: 'commit_look', save: undefined });
      return { words: 'finds that somebody wrote first', next: again };
    }
    const { record } = phase.save as Save;
    return { words: 'commits', next: remembered(run, ended(state, p, slot), p, record) };
  };

export function revoked({ world }: Run, state: ModelState, record: CredentialRecord): ModelState {
  const { refreshToken } = record.grant;
  if (refreshToken === undefined) return state;
  const { session } = placeOf(refreshToken);
  return withSession(state, session, revoke(world.server, state.sessions[session] as Session, refreshToken));
}

/** `requireSignIn` of `refusal.ts`: final only if the store still holds what was refused. */
export function afterSettleLook(
  run: Run,
  state: ModelState,
  { p, slot, phase }: Thread,
  stored: Stored,
): void {
  const work = phase.work as Work;
  const seen = looked(run, state, p, stored);
  if (!stored.record || !run.rules.isStillRefused(stored.record, work.leased)) {
    run.emit('loads again: something newer is there', p, ended(seen, p, slot));
    return;
  }
  const marked = { ...stored.record, state: 'reauthorization_required' as const };
  const save = { record: interned(marked), lease: undefined, version: stored.version, hold: 0 };
  const isOthers = stored.lease !== undefined && stored.lease !== work.lease;
  const ambiguous = work.ambiguous || isOthers || stored.record.replyLost === true;
  const next = willSave(reasonChecked(seen, { ...work, ambiguous }), p, slot, {
    ...phase,
    at: 'settle_save',
    save,
  });
  for (const view of stored.lease === work.lease ? ['none'] : viewsOf(state, p, stored.lease)) {
    if (view === 'live') run.emit('loads again: another is redeeming', p, ended(seen, p, slot));
    else if (view !== 'lapsed') run.emit('loads again: the refused is still there', p, next);
    else {
      const viewed = lapsed(run.world, next, stored);
      if (viewed) run.emit('loads again: the lease of another lapsed', p, viewed, true);
    }
  }
}

/** `amend` of `refusal.ts`: only while my lease stands. A dead seed is remembered; "later" only ends the lease. */
export function afterAmendLook(
  run: Run,
  state: ModelState,
  { p, slot, phase }: Thread,
  stored: Stored,
): void {
  const work = phase.work as Work;
  const seen = looked(run, state, p, stored);
  const { record } = stored;
  if (!record || stored.lease !== work.lease) {
    run.emit('loads again: the lease is not its own', p, ended(seen, p, slot));
    return;
  }
  const isSeed = work.seedFamily !== undefined;
  const settled = phase.later ? record : withDeadSeed(record, processAt(state, p).seed?.id ?? '');
  const changed = (isSeed ? work.tookOver : work.ambiguous) ? { ...settled, replyLost: true } : settled;
  const { version, hold } = stored;
  const save = { record: interned(changed), lease: undefined, version, hold };
  run.emit('loads again: its lease stands', p, willSave(seen, p, slot, { ...phase, at: 'amend_save', save }));
}

/** `rememberSeed` of `seed-import.ts`: it gave way, and was redeemed all the same. */
export function afterRememberLook(
  run: Run,
  state: ModelState,
  { p, slot, phase }: Thread,
  { record, lease, version, hold }: Stored,
): void {
  const id = processAt(state, p).seed?.id ?? '';
  if (!record || record.seedIds.includes(id)) {
    run.emit('loads again: its seed is remembered', p, ended(state, p, slot));
    return;
  }
  const changed = interned({ ...record, seedIds: rememberedSeeds([id, ...record.seedIds]) });
  const save = { record: changed, lease, version, hold };
  run.emit(
    'loads again: its seed is news',
    p,
    willSave(state, p, slot, { ...phase, at: 'remember_save', save }),
  );
}

/** `withDeadSeed` of `seed-import.ts`. */
function withDeadSeed(record: CredentialRecord, seedId: string): CredentialRecord {
  const remembered = { ...record, seedIds: rememberedSeeds([seedId, ...record.seedIds]) };
  const hasSession = record.grant.refreshToken !== undefined || record.state !== 'active';
  return hasSession ? remembered : { ...remembered, state: 'reauthorization_required' };
}

/** The rest of both, once the store answered. */
export const afterAmendSave =
  (again: At) =>
  (run: Run) =>
  (state: ModelState, { p, slot, phase }: Thread, saved: boolean) =>
    saved
      ? {
          words: 'writes what the reply meant',
          next: remembered(run, ended(state, p, slot), p, (phase.save as Save).record),
        }
      : {
          words: 'finds that somebody wrote first',
          next: goOn(state, p, slot, { ...phase, at: again, save: undefined }),
        };
