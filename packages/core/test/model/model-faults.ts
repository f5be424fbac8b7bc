import { beginConsent, beginSignIn, beginSignOut } from './model-person.ts';
import { presented } from './model-redeem.ts';
import { EXCUSE } from './model-server.ts';
import {
  excused,
  type Fault,
  goOn,
  IDLE,
  type ModelState,
  type Phase,
  processAt,
  type Run,
  type Stored,
  type Work,
  type World,
  withProcess,
} from './model-state.ts';
import { lost, noLongerOwing } from './model-store.ts';

/** Everything that no process decides: time, the network, persons, faults. */
export function befall(run: Run, state: ModelState): void {
  const { world, emit } = run;
  for (const stray of new Set(state.strays)) {
    const strays = state.strays.toSpliced(state.strays.indexOf(stray), 1);
    const { next } = presented(run, excused({ ...state, strays }, [stray], EXCUSE.stray), stray);
    emit('a delayed request arrives', -1, next);
  }
  expire(run, state);
  for (let p = 0; p < state.processes.length; p++) slow(run, state, p);
  fallBack(run, state);
  comeBack(run, state);
  if (state.faultsLeft === 0) return;
  const may = (fault: Fault) => !world.without?.includes(fault);
  const spent = { ...state, faultsLeft: state.faultsLeft - 1 };
  for (let p = 0; p < state.processes.length; p++) {
    const { person, known } = processAt(state, p);
    if (may('crash')) crash(run, spent, p);
    if (may('lost')) lose(run, spent, p);
    if (person) continue;
    if (may('sign_in')) emit('is where a person comes to sign in', p, beginSignIn(state, p), true);
    const isThere = state.store.record !== undefined || known !== undefined;
    if (isThere && may('sign_out'))
      emit('is where a person comes to sign out', p, beginSignOut(state, p), true);
    if (isThere && world.consents && may('consent'))
      emit('is where a person consents once more', p, beginConsent(state, p), true);
  }
  loseStore(run, spent, may);
}

function expire({ emit }: Run, state: ModelState): void {
  if (state.expiriesLeft === 0) return;
  if (state.sessions.every(({ expired, issued }) => expired === issued - 1)) return;
  const sessions = state.sessions.map((session) => ({ ...session, expired: session.issued - 1 }));
  emit('every access token expires', -1, { ...state, sessions, expiriesLeft: state.expiriesLeft - 1 }, true);
}

/** The memory is gone; what was sent may still arrive. The process starts again with nothing but its seed. */
function crash({ emit }: Run, spent: ModelState, p: number): void {
  const { seed, main, person, late } = processAt(spent, p);
  const where = [main, person, late].map((phase) => phase?.of ?? phase);
  const inFlight = where.flatMap((phase) => tokenInFlight(phase) ?? []);
  const blank = { main: IDLE, person: undefined, late: undefined, owing: undefined, sawEmpty: false };
  const gone = withProcess(spent, p, { ...blank, known: undefined, isAside: false, seed, suspicious: false });
  const next = forgotten(noLongerOwing(excused(gone, inFlight, EXCUSE.inFlight), p), p);
  emit('crashes and starts again', p, next, true);
  if (main.at !== 'asked') return;
  const token = (main.work as Work).token;
  emit(
    'crashes and starts again, its request on its way',
    p,
    { ...next, strays: [...spent.strays, token] },
    true,
  );
}

function forgotten(state: ModelState, p: number): ModelState {
  const { loss } = state.ghost;
  if (!loss) return state;
  const others = ~(1 << p);
  const left = {
    holders: loss.holders & others,
    sawSign: loss.sawSign & others,
    looked: loss.looked & others,
    isBack: loss.isBack,
  };
  return { ...state, ghost: { ...state.ghost, loss: left } };
}

function tokenInFlight(phase: Phase | undefined): string | undefined {
  if (phase?.at === 'revoke' || phase?.at === 'replace_save') return phase.act?.ended?.grant.refreshToken;
  const isBefore = phase?.at === 'claiming' || (phase?.at === 'leased' && phase.work?.tries === 0);
  return isBefore ? undefined : phase?.work?.token;
}

/**
 * A request or its reply is lost, as the network says: another try, or, where no time is left, later. Or it does not come
 * while its lease lasts. That it is slow is no fault: see `slow`.
 */
function lose({ emit }: Run, spent: ModelState, p: number): void {
  const { main, late } = processAt(spent, p);
  if (main.at !== 'asked' && main.at !== 'answered') return;
  const work = main.work as Work;
  const next = excused(spent, [work.token], EXCUSE.inFlight);
  const tries = { ...work, tries: work.tries + 1, ambiguous: true };
  const retry: Phase = { at: 'leased', work: tries };
  const later: Phase = { at: 'amend_look', work: { ...work, ambiguous: true }, later: true };
  const ways: Phase[] = work.tries < 2 ? [retry, later] : [later];
  for (const phase of ways) {
    const how = phase === retry ? 'tries again' : 'puts it off';
    const on = goOn(next, p, 'main', phase);
    emit(`loses ${main.at === 'asked' ? 'its request' : 'the reply'}; ${how}`, p, on, true);
  }
  const on = goOn(next, p, 'main', later);
  if (main.at === 'asked') {
    const strays = [...on.strays, work.token];
    emit('waits until its lease ends for its request to arrive', p, { ...on, strays }, true);
  } else if (main.issued !== undefined && !late) {
    const delayed = withProcess(excused(on, [work.token], EXCUSE.stray), p, {
      late: { at: 'late', work, issued: main.issued },
    });
    emit('waits until its lease ends for the reply', p, delayed, true);
  }
}

/** A token endpoint that takes its time: nothing happens, unless that is taken for a loss. */
function slow({ rules, emit }: Run, state: ModelState, p: number): void {
  const { main, late } = processAt(state, p);
  const work = main.work as Work;
  if (rules.waitsForSlow || (main.at !== 'asked' && main.at !== 'answered') || work.tries > 0) return;
  const again = goOn(state, p, 'main', {
    at: 'leased',
    work: { ...work, tries: work.tries + 1, ambiguous: true },
  });
  if (main.at === 'asked') {
    emit('sends a slow request again', p, { ...again, strays: [...again.strays, work.token] }, true);
  } else if (main.issued !== undefined && !late) {
    const next = withProcess(again, p, { late: { at: 'late', work, issued: main.issued } });
    emit('sends again what was answered slowly', p, next, true);
  }
}

/** What a store falls back to was kept as a write superseded it; that is when the fault was paid for. */
export function keptBefore(world: World, before: ModelState, next: ModelState): ModelState | undefined {
  const isWrite = next.store.version !== before.store.version && before.store.record !== undefined;
  if (!isWrite || next.replica || next.faultsLeft === 0 || world.without?.includes('loss')) return undefined;
  return { ...next, faultsLeft: next.faultsLeft - 1, replica: before.store };
}

function fallBack({ world, emit }: Run, state: ModelState): void {
  const { replica } = state;
  if (!replica) return;
  const store = { ...replica, recovered: world.durable };
  const next = lost({ ...state, store, replica: undefined });
  emit('the store goes back to what it was before a write', -1, next, true);
}

const EMPTY: Stored = {
  record: undefined,
  lease: undefined,
  version: 0,
  recovered: false,
  deleted: false,
  hold: 0,
};

function loseStore({ world, emit }: Run, spent: ModelState, may: (fault: Fault) => boolean): void {
  const { store, ghost } = spent;
  if (!store.record) return;
  if (world.durable && may('delete')) {
    const next = { ...spent, store: { ...EMPTY, deleted: true }, ghost: { ...ghost, removed: true } };
    emit('the record is deleted', -1, next, true);
  }
  if (world.durable && !spent.away && may('away')) {
    const next = { ...spent, store: EMPTY, away: store, ghost: { ...ghost, wasAway: true } };
    emit('the store is out of sight', -1, next, true);
  }
  if (!world.durable && may('loss')) {
    emit('the store is emptied', -1, lost({ ...spent, store: EMPTY }), true);
  }
}

/** It comes back as it was, or from an older copy, in the place of whatever was written there meanwhile. */
function comeBack({ emit }: Run, state: ModelState): void {
  const { away, replica, store } = state;
  if (!away) return;
  const back = { ...state, store: away, away: undefined };
  emit('the store is back', -1, store.record || store.deleted ? lost(back) : back, true);
  if (!replica) return;
  const older = lost({ ...state, store: replica, away: undefined, replica: undefined });
  emit('the store is back, from an older copy', -1, older, true);
}
