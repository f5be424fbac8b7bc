import { numberOf } from './model-records.ts';
import { placeOf } from './model-server.ts';
import type { At, ModelState, Phase, Process, Stored } from './model-state.ts';
import { workOf } from './model-store.ts';

/*
 * The canonical key of a state, in small codes. Names that are only ever compared for equality (versions, leases) are
 * written as what they equal; processes are interchangeable, so they are sorted. Millions of keys are written, each over
 * the one before.
 */

const PHASES: Record<At, number> = {
  idle: 1,
  putting_back: 2,
  claiming: 3,
  leased: 4,
  asked: 5,
  answered: 6,
  commit_look: 7,
  commit_save: 8,
  settle_look: 9,
  settle_save: 10,
  amend_look: 11,
  amend_save: 12,
  remember_look: 13,
  remember_save: 14,
  late: 15,
  replace_look: 16,
  replace_save: 17,
  revoke: 18,
  heard: 19,
};

const ACTS = { sign_in: 1, sign_out: 2, consent: 3 } as const;

const NONE = 0;

/** Codes one behind the other. */
interface Codes {
  readonly units: Uint16Array<ArrayBuffer>;
  length: number;
}

const codes = (): Codes => ({ units: new Uint16Array(4_096), length: 0 });

function put(to: Codes, code: number): void {
  to.units[to.length++] = code;
}

function putText(to: Codes, text: string): void {
  put(to, text.length);
  for (let at = 0; at < text.length; at++) put(to, text.charCodeAt(at));
}

const key = codes();
const parts = codes();

/** The key as text. */
export const keyOf = (state: ModelState): string => String.fromCharCode(...keyCodesOf(state));

/** The key as codes, which are good until the next key is written. */
export function keyCodesOf(state: ModelState): Uint16Array {
  const { processes } = state;
  key.length = 0;
  parts.length = 0;
  putWorld(key, state);
  const starts = [0];
  for (let p = 0; p < processes.length; p++) {
    putProcess(parts, processes[p] as Process, p, state);
    starts.push(parts.length);
  }
  const order = processes.map((_, p) => p).sort((a, b) => compareParts(starts, a, b));
  for (const p of order) {
    for (let at = starts[p] as number; at < (starts[p + 1] as number); at++)
      put(key, parts.units[at] as number);
    const { owing } = processes[p] as Process;
    put(key, owing === undefined ? NONE : 1 + permuted(owing, order));
  }
  // What is written behind the end is lost, and states would be taken for each other.
  if (Math.max(key.length, parts.length) > key.units.length) throw new Error('a key is too long');
  return key.units.subarray(0, key.length);
}

function putWorld(to: Codes, state: ModelState): void {
  const { loss, removed, wasAway } = state.ghost;
  put(to, state.faultsLeft);
  put(to, state.expiriesLeft);
  put(to, state.families);
  put(to, state.ticks);
  put(to, (removed ? 1 : 0) + (loss ? 2 : 0) + (loss?.isBack ? 4 : 0) + (wasAway ? 8 : 0));
  for (const { alive, issued, current, spent, expired, received, excuse, signedOut } of state.sessions) {
    put(to, (alive ? 1 : 0) + (signedOut ? 2 : 0));
    put(to, issued);
    putToken(to, current);
    put(to, spent);
    put(to, expired + 1);
    put(to, received);
    put(to, excuse);
  }
  put(to, state.seedFamilies.length);
  for (const { seed, base, family } of state.seedFamilies) {
    putText(to, seed);
    putText(to, base);
    put(to, family);
  }
  put(to, state.strays.length);
  if (state.strays.length > 0) for (const stray of [...state.strays].sort()) putToken(to, stray);
  for (const stored of [state.store, state.replica, state.away]) {
    if (stored) putStored(to, stored, -1, state);
    else put(to, NONE);
  }
}

/** Where one process comes among the others. */
function compareParts(starts: readonly number[], a: number, b: number): number {
  const { units } = parts;
  const [startA = 0, endA = 0, startB = 0, endB = 0] = [starts[a], starts[a + 1], starts[b], starts[b + 1]];
  const common = Math.min(endA - startA, endB - startB);
  for (let at = 0; at < common; at++) {
    const difference = (units[startA + at] as number) - (units[startB + at] as number);
    if (difference !== 0) return difference;
  }
  return endA - startA - (endB - startB);
}

function permuted(mask: number, order: readonly number[]): number {
  let result = 0;
  for (let at = 0; at < order.length; at++) if (mask & (1 << (order[at] as number))) result |= 1 << at;
  return result;
}

const putToken = (to: Codes, token: string | undefined): void =>
  put(to, token === undefined ? NONE : placeOf(token).id);

/** A version that is neither the store's, nor its replica's, nor away will never be met again. */
function versionCode(version: number, { store, replica, away }: ModelState): number {
  if (version === 0) return 1;
  if (version === store.version) return 2;
  if (version === replica?.version) return 3;
  return version === away?.version ? 4 : 5;
}

/** Where else a lease is met: in the store, in its replica, in this process's threads, in those of others. */
function leaseCode(lease: number | undefined, p: number, state: ModelState): number {
  if (lease === undefined) return 0;
  const { store, replica, away, processes } = state;
  let where = 1 + (lease === store.lease ? 2 : 0) + (lease === replica?.lease ? 4 : 0);
  if (lease === away?.lease) where += 128;
  for (let other = 0; other < processes.length; other++) {
    const { main, late } = processes[other] as Process;
    const bits = (workOf(main)?.lease === lease ? 8 : 0) + (workOf(late)?.lease === lease ? 16 : 0);
    where |= other === p ? bits : bits * 4;
  }
  return where;
}

function putStored(to: Codes, stored: Stored, p: number, state: ModelState): void {
  const { record, lease, version, recovered, deleted } = stored;
  put(to, 1 + numberOf(record));
  put(to, leaseCode(lease, p, state));
  put(to, versionCode(version, state));
  put(to, (recovered ? 1 : 0) + (deleted ? 2 : 0));
}

/** What is kept as bits by process goes with the process, so that equal ones are interchangeable indeed. */
function pastOf(p: number, { ghost, processes, store, replica, away }: ModelState): number {
  const bit = 1 << p;
  const { loss } = ghost;
  let past = store.hold & bit ? 1 : 0;
  if (replica && replica.hold & bit) past += 2;
  if (away && away.hold & bit) past += 4;
  if (loss) {
    if (loss.holders & bit) past += 8;
    if (loss.sawSign & bit) past += 16;
    if (loss.looked & bit) past += 32;
  }
  for (const { owing } of processes) if (owing !== undefined && owing & bit) past += 1 << 6;
  return past;
}

function putProcess(to: Codes, process: Process, p: number, state: ModelState): void {
  const { known, seed, main, person, late, suspicious, sawEmpty, owing, isAside } = process;
  put(to, 1 + numberOf(known));
  put(to, (suspicious ? 1 : 0) + (sawEmpty ? 2 : 0) + (isAside ? 4 : 0) + (owing ? 8 : 0));
  put(to, pastOf(p, state));
  putToken(to, seed?.refreshToken);
  putPhase(to, main, p, state);
  putPhase(to, person, p, state);
  putPhase(to, late, p, state);
}

function putPhase(to: Codes, phase: Phase | undefined, p: number, state: ModelState): void {
  if (!phase) {
    put(to, NONE);
    return;
  }
  const { at, work, save, issued, mine, act, later, of, before, stored, saved } = phase;
  put(to, PHASES[at]);
  if (at === 'idle') {
    put(to, numberOf(before));
    return;
  }
  if (work) {
    put(to, 1);
    put(to, 1 + numberOf(work.leased));
    put(to, leaseCode(work.lease, p, state));
    const flags = (work.ambiguous ? 1 : 0) + (work.tookOver ? 2 : 0) + (work.lapsed ? 32 : 0);
    put(to, flags + 4 * work.tries);
    put(to, work.seedFamily ?? 0);
    put(to, work.seedTick);
    putToken(to, work.token);
  } else put(to, NONE);
  if (save) {
    put(to, 1);
    put(to, 1 + numberOf(save.record));
    put(to, leaseCode(save.lease, p, state));
    put(to, versionCode(save.version, state) + (save.isObsolete ? 8 : 0));
  } else put(to, NONE);
  putToken(to, issued);
  put(to, numberOf(mine));
  if (act) {
    put(to, ACTS[act.is]);
    put(to, act.tick);
    put(to, act.session + 1);
    put(to, numberOf(act.ended));
  } else put(to, NONE);
  putPhase(to, of, p, state);
  if (stored) putStored(to, stored, p, state);
  else put(to, NONE);
  put(to, (saved === undefined ? 0 : saved ? 2 : 1) + (later ? 4 : 0));
}
