import type { CredentialRecord } from '../../src/record/credential-record.ts';
import { knownAfter } from '../../src/record/record-transitions.ts';
import { interned } from './model-records.ts';
import { placeOf, type Session } from './model-server.ts';
import type { Rules } from './rules.ts';

/** What one exploration is about. */
export interface World {
  server: Policy;
  durable: boolean;
  processes: number;
  /** How many faults and acts of a person may happen in one run, of any kinds and at any points. */
  faults: number;
  /** How often every access token issued so far expires. */
  expiries: number;
  /** Kinds that are left out, to keep an exploration small. */
  without?: readonly Fault[];
  /** Nothing is stored at first, and nobody knows anything. */
  empty?: boolean;
  /** The seed of each process. */
  seeds?: readonly (SeedKind | undefined)[];
  /** Persons consent once more, and bring no refresh token. */
  consents?: boolean;
  /** An answer of the store reaches its process as a step of its own, so that two threads of one may cross. */
  fine?: boolean;
}

/**
 * What the token endpoint does with a refresh token that was redeemed before: ends the session; refuses, and the
 * session lives on; or forgives, as long as it is the parent or a sibling of the newest.
 */
export type Policy = 'revokes' | 'refuses' | 'grace';

/** Two `other` sessions, a dead one, and one that is older than `live` of the same session. */
export type SeedKind = 'live' | 'other' | 'dead' | 'older';

export type Fault =
  | 'crash'
  | 'lost'
  | 'lapse'
  | 'sign_in'
  | 'sign_out'
  /** A second consent of the same person, without a refresh token. Only in worlds with `consents`. */
  | 'consent'
  | 'delete'
  | 'loss'
  /** A store that keeps is out of sight for a while, or for ever. */
  | 'away'
  /** A save that took effect and whose answer never came. */
  | 'unsure';

/** One state of the whole world. Everything in it is immutable and shared between states. */
export interface ModelState {
  sessions: readonly Session[];
  /** Requests whose sender is gone or gave up, which may still reach the token endpoint. */
  strays: readonly string[];
  store: Stored;
  /** What a store that others share would fall back to: an earlier state of it. */
  replica: Stored | undefined;
  /** What was taken out of sight, and may come back. */
  away: Stored | undefined;
  processes: readonly Process[];
  faultsLeft: number;
  expiriesLeft: number;
  /** Counts families in the order in which the store learnt of them; one from a seed counts from its lease. */
  families: number;
  seedFamilies: readonly SeedFamily[];
  /** The clock of sign-ins: families compare by it where a store forgets. */
  ticks: number;
  /** Names for leases and versions, never compared but for equality; no part of the key. */
  leases: number;
  writes: number;
  ghost: Ghost;
  /** What this state, or the step into it, violates. */
  violation?: string | undefined;
}

/** What no process knows: the past, as far as the invariants need it. */
export interface Ghost {
  removed: boolean;
  /** The store was out of sight at some time. */
  wasAway: boolean;
  loss: Loss | undefined;
}

/** The last loss, bits by process: who held something then, who saw a sign of it, who looked at the store since. */
export interface Loss {
  holders: number;
  sawSign: number;
  looked: number;
  /** Somebody put something back. */
  isBack: boolean;
}

/** The record, with its lease beside it, and the version that compare-and-save goes by: 0 when absent. */
export interface Stored {
  record: CredentialRecord | undefined;
  lease: number | undefined;
  version: number;
  recovered: boolean;
  /** Absent because it was deleted. */
  deleted: boolean;
  /** The pause in the record, which lasts until these processes had their step: bits by process. */
  hold: number;
}

/** One process: what it remembers, and its threads of work. A crash leaves nothing but the seed. */
export interface Process {
  known: CredentialRecord | undefined;
  /** The store showed nothing: what is known is not in use. */
  isAside: boolean;
  seed: ModelSeed | undefined;
  /** Flights and looks, one at a time. */
  main: Phase;
  /** A sign-in or sign-out, which waits for no flight. */
  person: Phase | undefined;
  /** A reply that outlived its lease, and its commit. */
  late: Phase | undefined;
  /** The moment of repair: which processes have not had their step in it; undefined outside of one. */
  owing: number | undefined;
  suspicious: boolean;
  /** The empty store has had its moment. */
  sawEmpty: boolean;
}

export interface ModelSeed {
  id: string;
  refreshToken: string;
}

/** One line of work of one process. */
export interface Thread {
  p: number;
  slot: Slot;
  phase: Phase;
}

export type Slot = 'main' | 'person' | 'late';

/** Where a thread stands: at which await, and with what in its hands. */
export interface Phase {
  at: At;
  /** The redemption under way. */
  work?: Work | undefined;
  /** The write about to be made. */
  save?: Save | undefined;
  /** The refresh token in the reply; undefined for a refusal. */
  issued?: string | undefined;
  /** The record as the renewal made it. */
  mine?: CredentialRecord | undefined;
  act?: Act | undefined;
  /** The redemption is put off, not refused. */
  later?: boolean | undefined;
  /** With `heard`: the phase that waited for this answer of the store. */
  of?: Phase | undefined;
  /** What the process knew when it asked. */
  before?: CredentialRecord | undefined;
  stored?: Stored | undefined;
  saved?: boolean | undefined;
}

export type At =
  | 'idle'
  | 'putting_back'
  | 'claiming'
  | 'leased'
  | 'asked'
  | 'answered'
  | 'commit_look'
  | 'commit_save'
  | 'settle_look'
  | 'settle_save'
  | 'amend_look'
  | 'amend_save'
  | 'remember_look'
  | 'remember_save'
  | 'late'
  | 'replace_look'
  | 'replace_save'
  | 'revoke'
  | 'heard';

export interface Work {
  leased: CredentialRecord;
  lease: number;
  /** The refresh token that is presented. */
  token: string;
  tookOver: boolean;
  ambiguous: boolean;
  tries: number;
  /** Its lease has lapsed, which its process would see by now. */
  lapsed?: boolean;
  /** With a seed: the number its family will have, and when its lease began. */
  seedFamily: number | undefined;
  seedTick: number;
}

/** The family that begins when this seed is redeemed under a lease in that family. */
export interface SeedFamily {
  seed: string;
  base: string;
  family: number;
}

export interface Save {
  record: CredentialRecord;
  lease: number | undefined;
  version: number;
  /** What is left of the pause in the record that this one came from. */
  hold: number;
  /** This process knew a newer family when it decided to save this. */
  isObsolete?: boolean;
}

export interface Act {
  is: 'sign_in' | 'sign_out' | 'consent';
  tick: number;
  session: number;
  /** What a sign-out will revoke. */
  ended: CredentialRecord | undefined;
}

export const IDLE: Phase = { at: 'idle' };

/** What a step needs besides the state. */
export interface Run {
  world: World;
  rules: Rules;
  emit(words: string, by: number, next: ModelState, isFault?: boolean): void;
}

/** The same state, where nothing changes: that is how a step that does nothing is told. */
export function withProcess(state: ModelState, p: number, changes: Partial<Process>): ModelState {
  const before = processAt(state, p);
  let changed = false;
  for (const name in changes) {
    if (before[name as keyof Process] !== changes[name as keyof Process]) changed = true;
  }
  if (!changed) return state;
  const processes = state.processes.slice();
  processes[p] = { ...before, ...changes };
  return { ...state, processes };
}

/** What this process goes by: what is known, in use or not, unless an absence makes it forget. */
export const heldBy = ({ rules }: Pick<Run, 'rules'>, { known, isAside }: Process) =>
  isAside && !rules.keepsAside ? undefined : known;

export const processAt = (state: ModelState, p: number): Process => state.processes[p] as Process;

/** `adopt` of `token-memory.ts`, where it takes the record over. */
export function adopted(
  { rules }: Pick<Run, 'rules'>,
  state: ModelState,
  p: number,
  record: CredentialRecord,
): ModelState {
  const before = heldBy({ rules }, processAt(state, p));
  return withProcess(state, p, { known: interned(knownAfter(record, before)), isAside: false });
}

/** The store shows nothing. */
export const setAside = (state: ModelState, p: number): ModelState =>
  withProcess(state, p, { isAside: processAt(state, p).known !== undefined });

/** Nothing left to do in this thread. */
export function ended(state: ModelState, p: number, slot: Slot): ModelState {
  return withProcess(state, p, { [slot]: slot === 'main' ? IDLE : undefined });
}

export function goOn(state: ModelState, p: number, slot: Slot, phase: Phase): ModelState {
  return withProcess(state, p, { [slot]: phase });
}

export function withSession(state: ModelState, index: number, changes: Partial<Session>): ModelState {
  const sessions = state.sessions.slice();
  sessions[index] = { ...(sessions[index] as Session), ...changes };
  return { ...state, sessions };
}

export const violating = (state: ModelState, violation: string | undefined): ModelState =>
  violation === undefined || state.violation !== undefined ? state : { ...state, violation };

export function excused(
  state: ModelState,
  tokens: readonly (string | undefined)[],
  excuse: number,
): ModelState {
  let next = state;
  for (const token of tokens) {
    if (token === undefined) continue;
    const { session } = placeOf(token);
    const before = next.sessions[session]?.excuse ?? 0;
    if ((before | excuse) !== before) next = withSession(next, session, { excuse: before | excuse });
  }
  return next;
}
