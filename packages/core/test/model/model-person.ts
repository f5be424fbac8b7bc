import type { CredentialRecord } from '../../src/record/credential-record.ts';
import { successionChecked } from './invariants.ts';
import { revoked } from './model-commit.ts';
import {
  ACCOUNT,
  interned,
  leasedFor,
  named,
  receivedWith,
  SCOPE,
  UNBORN,
  USER,
  withLease,
} from './model-records.ts';
import { newSession, placeOf } from './model-server.ts';
import {
  type Act,
  adopted,
  ended,
  goOn,
  heldBy,
  type ModelState,
  processAt,
  type Run,
  type Save,
  type Stored,
  type Thread,
  withSession,
} from './model-state.ts';
import { familyToCome, momentBegun, remembered, signSeen, willSave } from './model-store.ts';

/** A person comes with the tokens of a new session; the clock is read before the store is. */
export function beginSignIn(state: ModelState, p: number): ModelState {
  const session = state.sessions.length;
  const sessions = [...state.sessions, newSession(session)];
  return begin({ ...state, sessions }, p, { is: 'sign_in', session, ended: undefined });
}

export function beginSignOut(state: ModelState, p: number): ModelState {
  return begin(state, p, { is: 'sign_out', session: -1, ended: undefined });
}

/** The same person consents once more; the server brings no refresh token with that. */
export function beginConsent(state: ModelState, p: number): ModelState {
  return begin(state, p, { is: 'consent', session: -1, ended: undefined });
}

function begin(state: ModelState, p: number, act: Pick<Act, 'is' | 'session' | 'ended'>): ModelState {
  const { ticks: tick, faultsLeft } = state;
  const next = { ...state, ticks: tick + 1, faultsLeft: faultsLeft - 1 };
  return goOn(next, p, 'person', { at: 'replace_look', act: { ...act, tick } });
}

/** `replace` of `sign-in.ts`, from the answer to `load`: nothing is adopted, the next record names what it replaces. */
export function afterReplaceLook(
  run: Run,
  state: ModelState,
  { p, slot, phase }: Thread,
  stored: Stored,
): void {
  const act = phase.act as Act;
  if (act.is === 'consent') {
    afterConsentLook(run, state, { p, slot, phase }, stored);
    return;
  }
  const record = successor(run, state, p, act, stored);
  const checked = successionChecked(state, p, record);
  const save = { record, lease: undefined, version: stored.version, hold: 0 };
  const after = act.is === 'sign_out' ? { ...act, ended: newerOf(run, state, p, stored) } : act;
  const words = act.is === 'sign_in' ? 'signing in, loads' : 'signing out, loads';
  run.emit(words, p, goOn(checked, p, slot, { at: 'replace_save', act: after, save }));
}

/** `newerOf` of `sign-in.ts`. */
function newerOf(run: Run, state: ModelState, p: number, { record, deleted }: Stored) {
  const { world, rules } = run;
  const known = heldBy(run, processAt(state, p));
  const isLost = !record || rules.relationOf(record, known, world.durable || deleted) === 'went_back';
  return isLost ? known : record;
}

/** The rest of `replace` for a sign-in that goes on with the session there is; one that cannot is like any other. */
function afterConsentLook(run: Run, state: ModelState, { p, slot, phase }: Thread, stored: Stored): void {
  const { world, rules } = run;
  const { seed } = processAt(state, p);
  const known = heldBy(run, processAt(state, p));
  const { tick: now } = phase.act as Act;
  const received = { userId: USER.id };
  const { lease, version, deleted } = stored;
  const seen = withLease(stored.record, lease);
  const durable = world.durable || deleted;
  const kept = rules.sessionToKeep({ stored: seen, known, received, durable });
  if (!kept) {
    run.emit('consents, and finds no session to go on with', p, ended(state, p, slot));
    return;
  }
  const signIn = { account: ACCOUNT, scope: SCOPE, received, now, seedId: seed?.id };
  const record = rules.consentedRecord(kept.record, signIn);
  const isLost = kept.isLost || (stored.recovered && rules.mendsBehindConsent);
  // A flight that has looked before goes on without it.
  const isTold = (kept.isLost || stored.recovered) && processAt(state, p).main.at !== 'claiming';
  const told = isTold ? signSeen(state, p) : state;
  const begun = isLost ? momentBegun(told, p) : told;
  const hold = isLost ? (processAt(begun, p).owing ?? 0) : stored.hold;
  const save = { record: interned(record), lease: isLost ? undefined : lease, version, hold };
  const words = isLost ? 'consents: the store lost its session' : 'consents, and goes on with the session';
  run.emit(words, p, willSave(begun, p, slot, { ...phase, at: 'replace_save', save }));
}

function successor(
  run: Run,
  state: ModelState,
  p: number,
  { is, session, tick: now }: Act,
  { record, lease }: Stored,
): CredentialRecord {
  const { rules } = run;
  const { seed } = processAt(state, p);
  const known = heldBy(run, processAt(state, p));
  const toCome = familyToCome(state, lease);
  const leased = record && toCome !== undefined ? leasedFor(record, toCome) : record;
  const previous = [leased, known];
  const newId = () => '';
  const seedId = seed?.id;
  if (is === 'sign_out') {
    return named(
      rules.signedOutRecord({ account: ACCOUNT, now, seedId, revokeLate: true }, previous, newId),
      UNBORN,
    );
  }
  const received = receivedWith(rules, newSession(session).current, 0);
  const signIn = { account: ACCOUNT, scope: SCOPE, received, now, seedId };
  return named(rules.signedInRecord(signIn, previous, newId), UNBORN);
}

export const afterReplaceSave =
  (run: Run) =>
  (state: ModelState, { p, slot, phase }: Thread, saved: boolean) => {
    const act = phase.act as Act;
    if (!saved) {
      return {
        words: 'finds that somebody wrote first',
        next: goOn(state, p, slot, { at: 'replace_look', act }),
      };
    }
    const { record } = phase.save as Save;
    if (act.is === 'consent')
      return { words: 'stores the consent', next: remembered(run, ended(state, p, slot), p, record) };
    const next = adopted(run, ended(state, p, slot), p, record);
    const { ended: old } = act;
    if (act.is === 'sign_in') return { words: 'stores the sign-in', next };
    const { refreshToken } = old?.grant ?? {};
    const words = 'stores the sign-out';
    if (refreshToken === undefined) return { words, next };
    const signedOut = withSession(next, placeOf(refreshToken).session, { signedOut: true });
    return { words, next: goOn(signedOut, p, slot, { at: 'revoke', act }) };
  };

export function revokeNow(run: Run, state: ModelState, { p, slot, phase }: Thread): void {
  const { ended: old } = phase.act as Act;
  const next = ended(state, p, slot);
  run.emit('revokes', p, old ? revoked(run, next, old) : next);
}
