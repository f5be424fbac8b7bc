import { type CredentialRecord, rememberedSeeds } from '../../src/credential-record.ts';
import { outcomeChecked, reasonChecked } from './invariants.ts';
import { interned, leaseId, leaseIn, withLease } from './model-records.ts';
import { placeOf, revoke, type Session } from './model-server.ts';
import {
  type At,
  ended,
  goOn,
  type ModelState,
  processAt,
  type Run,
  type Save,
  type Stored,
  type Thread,
  type Work,
  withProcess,
  withSession,
} from './model-state.ts';
import { lapsed, looked, remembered, viewsOf } from './model-store.ts';

/** `tryOnce` of `commit.ts`, from the answer to `load`. */
export function afterCommitLook(
  run: Run,
  state: ModelState,
  { p, slot, phase }: Thread,
  stored: Stored,
): void {
  const { world, rules, emit } = run;
  const work = phase.work as Work;
  const { leased, lease } = work;
  const mine = phase.mine as CredentialRecord;
  const step = rules.commitStep({
    stored: withLease(stored.record, stored.lease),
    mine,
    redeemed: leased.grant.id,
    leaseId: leaseId(lease),
    durable: world.durable,
  });
  const checked = outcomeChecked(world, state, work, step, stored.record, mine);
  const done = ended(checked, p, slot);
  const adopted = looked(run, withProcess(done, p, { known: stored.record }), p, stored);
  switch (step.do) {
    case 'save': {
      const save = { record: interned(step.record), lease: leaseIn(step.record), version: stored.version };
      emit('loads: will commit', p, goOn(checked, p, slot, { ...phase, at: 'commit_save', save }));
      return;
    }
    case 'done':
      emit('loads: it is stored already', p, looked(run, done, p, stored));
      return;
    case 'adopt':
      emit('loads: adopts what is newer', p, adopted);
      return;
    case 'drop':
      emit('loads: lets the tokens go', p, step.revoke ? revoked(run, adopted, mine) : adopted);
  }
}

export const afterCommitSave =
  (run: Run) =>
  (state: ModelState, { p, slot, phase }: Thread, saved: boolean) => {
    if (!saved) {
      const again = goOn(state, p, slot, { ...phase, at: 'commit_look', save: undefined });
      return { words: 'finds that somebody wrote first', next: again };
    }
    const save = phase.save as Save;
    return { words: 'commits', next: remembered(run, ended(state, p, slot), p, save.record) };
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
  if (!run.rules.isStillRefused(stored.record, work.leased)) {
    run.emit('loads again: something newer is there', p, ended(seen, p, slot));
    return;
  }
  const marked = { ...(stored.record ?? work.leased), state: 'reauthorization_required' as const };
  const save = { record: interned(marked), lease: undefined, version: stored.version };
  const next = goOn(reasonChecked(run.world, seen, work), p, slot, { ...phase, at: 'settle_save', save });
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
  const isDeadSeed = work.seedFamily !== undefined && !phase.later;
  const changed = isDeadSeed ? withDeadSeed(record, processAt(state, p).seed?.id ?? '') : record;
  const save = { record: interned(changed), lease: undefined, version: stored.version };
  run.emit('loads again: its lease stands', p, goOn(seen, p, slot, { ...phase, at: 'amend_save', save }));
}

/** `withDeadSeed` of `seed-import.ts`. */
function withDeadSeed(record: CredentialRecord, seedId: string): CredentialRecord {
  const remembered = { ...record, seedIds: rememberedSeeds([seedId], record.seedIds) };
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
