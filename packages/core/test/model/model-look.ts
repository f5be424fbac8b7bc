import type { CredentialRecord } from '../../src/record/credential-record.ts';
import { adoptionChecked, claimChecked } from './invariants.ts';
import { ACCOUNT, hasUsableToken, named, UNBORN } from './model-records.ts';
import {
  adopted,
  ended,
  goOn,
  heldBy,
  IDLE,
  type ModelState,
  type Phase,
  processAt,
  type Run,
  type Save,
  type Stored,
  setAside,
  type Thread,
  type Work,
  withProcess,
} from './model-state.ts';
import {
  type LeaseView,
  lapsed,
  looked,
  mayLapse,
  momentBegun,
  momentBegunOnce,
  remembered,
  signSeen,
  viewsOf,
  willSave,
} from './model-store.ts';
import { PRODUCTION, type Rules } from './rules.ts';

/** `reconcile.ts` and the loop of `renewal.ts`, from the answer to `load` up to the next await. */
export function afterLook(run: Run, state: ModelState, { p, phase }: Thread, stored: Stored): void {
  const { world, rules } = run;
  const { seed } = processAt(state, p);
  const known = heldBy(run, processAt(state, p));
  const { record, version } = stored;
  const relation = rules.relationOf(record, known, world.durable || stored.deleted);
  let next = withProcess(state, p, { main: IDLE });
  const truly = PRODUCTION.relationOf(record, known, world.durable || stored.deleted);
  if (truly === 'went_back' || stored.recovered) next = signSeen(next, p);
  const newest = relation === 'went_back' ? known : stored.recovered ? record : undefined;
  if (newest) {
    const isOvertaken =
      phase.before !== undefined &&
      rules.relationOf(record, phase.before, world.durable) !== 'went_back' &&
      !stored.recovered;
    if (isOvertaken) {
      run.emit('looks, and was overtaken', p, withProcess(state, p, { main: IDLE }));
      return;
    }
    const save = { record: newest, lease: undefined, version, hold: 0 };
    const words = newest === known ? 'the store lost what I hold' : 'the store had to recover';
    const begun = momentBegun(next, p);
    run.emit(`looks: ${words}`, p, willSave(begun, p, 'main', { at: 'putting_back', save }));
    return;
  }
  if (!record && 'before' in phase && phase.before !== processAt(state, p).known) {
    run.emit('looks, and was overtaken', p, withProcess(state, p, { main: IDLE }));
    return;
  }
  if (record) next = withProcess(next, p, { sawEmpty: false });
  next = adoptionChecked(next, p, record);
  next = looked(run, record ? adopted(run, next, p, record) : setAside(next, p), p, stored);
  // Of a deletion somebody wants a new beginning; of a loss nothing is forgotten.
  const seen = record ?? (stored.deleted ? undefined : known);
  const hasNewSeed = seed !== undefined && !seen?.seedIds.includes(seed.id);
  if (hasNewSeed && !record && !world.durable) next = momentBegunOnce(signSeen(next, p), p);
  for (const view of viewsOf(state, p, stored.lease)) {
    const viewed = view === 'lapsed' ? lapsed(run.world, next, stored) : next;
    if (viewed) decide(run, state, viewed, p, stored, view, hasNewSeed);
  }
}

function decide(
  { rules, emit }: Run,
  before: ModelState,
  state: ModelState,
  p: number,
  stored: Stored,
  view: LeaseView,
  hasNewSeed: boolean,
): void {
  const { owing, known, isAside } = processAt(state, p);
  // What was read from another version can't be redeemed any more.
  const hold = stored.version === state.store.version ? state.store.hold : 0;
  const step = rules.nextStep({
    record: stored.record,
    scope: 'api',
    usable: !isAside && hasUsableToken(known, state.sessions),
    acquires: false,
    hasNewSeed,
    lease: view === 'lapsed' ? 'dead' : view,
    asksAnyway: false,
    restMs: 0,
    repairLeftMs: owing ? 1 : 0,
    pauseLeftMs: stored.record && hold ? 1 : 0,
    leftOf: () => 0,
    now: 0,
  });
  if (step.do === 'redeem' || step.do === 'import_seed') {
    const words = `looks: will ${step.do === 'redeem' ? 'redeem' : 'try its seed'}`;
    const isSeed = step.do === 'import_seed';
    const phase = claiming({ rules }, state, p, stored, isSeed, step.tookOver);
    const next = willSave({ ...state, leases: state.leases + 1 }, p, 'main', phase);
    emit(view === 'lapsed' ? `${words}, over a lease that lapsed` : words, p, next, view === 'lapsed');
  } else if (state !== before && view !== 'lapsed') {
    emit(`looks: ${step.do.replaceAll('_', ' ')}`, p, state);
  }
}

function claiming(
  { rules }: Pick<Run, 'rules'>,
  state: ModelState,
  p: number,
  stored: Stored,
  isSeed: boolean,
  tookOver: boolean,
): Phase & { save: Save } {
  const { seed, suspicious } = processAt(state, p);
  const lease = state.leases + 1;
  const leased = stored.record ?? nothingYet(rules, heldBy({ rules }, processAt(state, p)));
  const token = isSeed ? seed?.refreshToken : leased.grant.refreshToken;
  const work: Work = {
    leased,
    lease,
    token: token as string,
    tookOver,
    ambiguous: tookOver || suspicious || (!isSeed && leased.replyLost === true),
    tries: 0,
    seedFamily: isSeed ? 0 : undefined,
    seedTick: 0,
  };
  return { at: 'claiming', work, save: { record: leased, lease, version: stored.version, hold: 0 } };
}

/** The record a seed begins with, in place of what was known. */
const nothingYet = (rules: Rules, known: CredentialRecord | undefined) =>
  named(
    rules.emptyRecord(ACCOUNT, () => '', 0, known),
    UNBORN,
  );

/** `reconcile.ts`: the rest, once the store answered. */
export const afterPuttingBack =
  (run: Run) =>
  (state: ModelState, { p, slot, phase }: Thread, saved: boolean) =>
    saved
      ? {
          words: 'puts back what it holds',
          next: remembered(run, ended(state, p, slot), p, (phase.save as Save).record),
        }
      : { words: 'finds that somebody wrote first', next: ended(state, p, slot) };

/** `take-lease.ts`, up to where the request is sent. */
export const afterClaim =
  (run: Run) =>
  (state: ModelState, { p, slot, phase }: Thread, saved: boolean) => {
    if (!saved && run.rules.provesLease) {
      const next = withProcess(ended(state, p, slot), p, { sawEmpty: false });
      return { words: 'finds that somebody wrote first', next };
    }
    const work = { ...(phase.work as Work), leased: (phase.save as Save).record };
    let next = state;
    if (!saved) next = claimChecked(next, p, work.token);
    next = remembered(run, next, p, work.leased);
    const words = saved ? 'saves its lease' : 'goes on without its lease';
    // What happens between the lease and the request matters only where a lease may lapse.
    const at = work.lapsed || mayLapse(run.world, next) ? 'leased' : 'asked';
    return { words, next: goOn(next, p, slot, { at, work }) };
  };
