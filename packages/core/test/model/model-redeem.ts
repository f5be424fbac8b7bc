import { redemptionChecked } from './invariants.ts';
import { ACCOUNT, grantOf, interned, named, receivedWith, SCOPE } from './model-records.ts';
import { placeOf, redeem, type Session } from './model-server.ts';
import {
  adopted,
  ended,
  goOn,
  heldBy,
  type ModelState,
  type Phase,
  processAt,
  type Run,
  type Slot,
  type Thread,
  type Work,
  withProcess,
  withSession,
} from './model-state.ts';

/** A refresh token at the token endpoint, whoever sent it. */
export function presented(
  { world }: Run,
  state: ModelState,
  token: string,
): { next: ModelState; issued: string | undefined } {
  const { session: index } = placeOf(token);
  const checked = redemptionChecked(state, token);
  const { session, issued } = redeem(world.server, checked.sessions[index] as Session, token);
  return { next: withSession(checked, index, session), issued };
}

/** `Tries` of `redeem.ts`: what is asked right before a request is sent. */
export function sendNow({ rules, emit }: Run, state: ModelState, { p, slot, phase }: Thread): void {
  const work = phase.work as Work;
  if (!work.lapsed || !rules.asksBeforeSend) {
    emit('sends its request', p, goOn(state, p, slot, { at: 'asked', work }));
  } else if (work.tries === 0) {
    emit('sends nothing, since its lease has lapsed', p, ended(state, p, slot));
  } else {
    const later: Phase = { at: 'amend_look', work, later: true };
    emit('sends nothing again, since its lease has lapsed', p, goOn(state, p, slot, later));
  }
}

export function requestArrives(run: Run, state: ModelState, { p, slot, phase }: Thread): void {
  const work = phase.work as Work;
  const { next, issued } = presented(run, state, work.token);
  const words = issued
    ? 'reaches the token endpoint: tokens are issued'
    : 'reaches the token endpoint: refused';
  run.emit(words, p, goOn(next, p, slot, { at: 'answered', work, issued }));
}

/** `redeem.ts` has its reply; up to the first load of `commit.ts`, `refusal.ts` or `amend`. */
export function replyArrives(run: Run, state: ModelState, { p, slot, phase }: Thread): void {
  const work = phase.work as Work;
  const { issued } = phase;
  if (issued === undefined) {
    const at = work.seedFamily === undefined ? 'settle_look' : 'amend_look';
    run.emit('hears of the refusal', p, goOn(state, p, slot, { at, work }));
    return;
  }
  const next = withProcess(state, p, { owing: undefined, suspicious: false });
  run.emit('receives the tokens', p, received(run, next, p, slot, work, issued));
}

function received(
  run: Run,
  state: ModelState,
  p: number,
  slot: Slot,
  work: Work,
  issued: string,
): ModelState {
  const begun = work.seedFamily === undefined ? renewed : familyBegun;
  return begun(run, state, p, slot, work, issued);
}

/** `commit` of `renewal.ts`: memory first. What a person put there meanwhile stays. */
function renewed(run: Run, state: ModelState, p: number, slot: Slot, work: Work, issued: string): ModelState {
  const { next, now } = receipt(state, issued);
  const mine = interned(
    run.rules.renewedRecord(work.leased, receivedWith(run.rules, issued, now), {
      grantId: grantOf(issued),
      scope: SCOPE,
      now,
      oldAccessTokenDies: false,
    }),
  );
  const sameFamily = heldBy(run, processAt(next, p))?.family === work.leased.family;
  const after = sameFamily ? adopted(run, next, p, mine) : next;
  return goOn(after, p, slot, { at: 'commit_look', work, mine });
}

/** `becomeFamily` of `seed-import.ts`. */
function familyBegun(
  run: Run,
  state: ModelState,
  p: number,
  slot: Slot,
  work: Work,
  issued: string,
): ModelState {
  const { next, now } = receipt(state, issued);
  const { rules } = run;
  const { seed } = processAt(next, p);
  const reply = receivedWith(rules, issued, now);
  const received = { ...reply, refreshToken: reply.refreshToken ?? work.token };
  const family = `f${work.seedFamily}`;
  const born = { family, issuedAt: now };
  const signIn = {
    account: ACCOUNT,
    scope: SCOPE,
    received,
    now: work.seedTick,
    seedId: seed?.id,
    born,
  };
  const record = rules.signedInRecord(signIn, [work.leased], () => '');
  const mine = named(record, work.seedFamily as number);
  const isFirst = slot === 'main' && heldBy(run, processAt(next, p))?.family === work.leased.family;
  const after = isFirst ? adopted(run, next, p, mine) : next;
  return goOn(after, p, slot, { at: 'commit_look', work, mine });
}

function receipt(state: ModelState, issued: string): { next: ModelState; now: number } {
  const { session } = placeOf(issued);
  const now = (state.sessions[session] as Session).received + 1;
  return { next: withSession(state, session, { received: now }), now };
}

/**
 * `commitLate` of `redeem-and-commit.ts`, `importLate` of `seed-import.ts`: a reply that outlived its lease waits for the
 * saving under way, and counts unless memory has another grant by then. It may also never come.
 */
export function lateArrives(run: Run, state: ModelState, { p, phase }: Thread): void {
  const { main } = processAt(state, p);
  run.emit('never gets its late reply', p, withProcess(state, p, { late: undefined }));
  if (isCommitting(main)) return;
  const work = phase.work as Work;
  if (work.seedFamily === undefined && heldBy(run, processAt(state, p))?.grant.id !== work.leased.grant.id) {
    run.emit('gets its late reply, which is of no use', p, withProcess(state, p, { late: undefined }));
    return;
  }
  const next = withProcess(state, p, { late: undefined });
  run.emit('gets its late reply', p, received(run, next, p, 'late', work, phase.issued as string));
}

const isCommitting = ({ at, of }: Phase): boolean => {
  const where = of?.at ?? at;
  return where === 'commit_look' || where === 'commit_save';
};
