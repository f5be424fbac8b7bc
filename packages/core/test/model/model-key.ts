import { numberOf } from './model-records.ts';
import { placeOf } from './model-server.ts';
import type { ModelState, Phase, Process, Stored } from './model-state.ts';
import { workOf } from './model-store.ts';

/*
 * The canonical key of a state, as text of small codes. Names that are only ever compared for equality
 * (versions, leases) are written as what they equal; processes are interchangeable, so they are sorted.
 */

const PHASES = [
  'idle',
  'putting_back',
  'claiming',
  'leased',
  'asked',
  'answered',
  'commit_look',
  'commit_save',
  'settle_look',
  'settle_save',
  'amend_look',
  'amend_save',
  'remember_look',
  'remember_save',
  'late',
  'replace_look',
  'replace_save',
  'revoke',
  'heard',
] as const;

const ACTS = ['sign_in', 'sign_out', 'consent'] as const;

const code = String.fromCharCode;
const NONE = code(0);

export function keyOf(state: ModelState): string {
  const texts = state.processes.map((process, p) => processText(process, p, state));
  const order = texts.map((_, p) => p).sort((a, b) => compare(texts[a] as string, texts[b] as string));
  const { loss, removed, wasAway } = state.ghost;
  const past = (removed ? 1 : 0) + (loss ? 2 : 0) + (loss?.isBack ? 4 : 0) + (wasAway ? 8 : 0);
  let key = code(state.faultsLeft, state.expiriesLeft, state.families, state.ticks, past);
  for (const session of state.sessions) {
    const { alive, issued, current, spent, expired, received, excuse, signedOut } = session;
    key += code(alive ? 1 : 0, issued, placeOf(current).id, spent, expired + 1, received, excuse);
    key += code(signedOut ? 1 : 0);
  }
  for (const { seed, base, family } of state.seedFamilies) key += `${seed} ${base} ${family};`;
  key += code(state.strays.length) + [...state.strays].sort().map(tokenText).join('');
  for (const stored of [state.store, state.replica, state.away])
    key += stored ? storedText(stored, -1, state) : NONE;
  for (const p of order) {
    const { owing } = state.processes[p] as Process;
    key += (texts[p] as string) + (owing === undefined ? NONE : code(1 + permuted(owing, order)));
  }
  return key;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function permuted(mask: number, order: readonly number[]): number {
  let result = 0;
  for (let at = 0; at < order.length; at++) if (mask & (1 << (order[at] as number))) result |= 1 << at;
  return result;
}

const tokenText = (token: string | undefined): string =>
  token === undefined ? NONE : code(placeOf(token).id);

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
  processes.forEach(({ main, late }, other) => {
    const isMain = workOf(main)?.lease === lease;
    const isLate = workOf(late)?.lease === lease;
    const bits = (isMain ? 8 : 0) + (isLate ? 16 : 0);
    where |= other === p ? bits : bits * 4;
  });
  return where;
}

function storedText(stored: Stored, p: number, state: ModelState): string {
  const { record, lease, version, recovered, deleted } = stored;
  const codes = [1 + numberOf(record), leaseCode(lease, p, state), versionCode(version, state)];
  return code(...codes, (recovered ? 1 : 0) + (deleted ? 2 : 0));
}

/** What is kept as bits by process goes with the process, so that equal ones are interchangeable indeed. */
function pastOf(p: number, { ghost, processes, store, replica, away }: ModelState): number {
  const bit = 1 << p;
  const { loss } = ghost;
  const holds = [store.hold, replica?.hold ?? 0, away?.hold ?? 0];
  const masks = [...holds, ...(loss ? [loss.holders, loss.sawSign, loss.looked] : [])];
  let past = masks.reduce((bits, mask, at) => (mask & bit ? bits | (1 << at) : bits), 0);
  processes.forEach(({ owing }) => {
    if (owing !== undefined && owing & bit) past += 1 << 6;
  });
  return past;
}

function processText(process: Process, p: number, state: ModelState): string {
  const { known, seed, main, person, late, suspicious, sawEmpty, owing, isAside } = process;
  const flags = (suspicious ? 1 : 0) + (sawEmpty ? 2 : 0) + (isAside ? 4 : 0);
  let text = code(1 + numberOf(known), flags, pastOf(p, state), owing ? 1 : 0);
  text += seed ? tokenText(seed.refreshToken) : NONE;
  text += phaseText(main, p, state);
  text += person ? phaseText(person, p, state) : NONE;
  text += late ? phaseText(late, p, state) : NONE;
  return text;
}

function phaseText(phase: Phase, p: number, state: ModelState): string {
  const { at, work, save, issued, mine, act, later, of, before, stored, saved } = phase;
  let text = code(1 + PHASES.indexOf(at));
  if (at === 'idle') return text + code(numberOf(before));
  if (work) {
    const flags =
      (work.ambiguous ? 1 : 0) + (work.tookOver ? 2 : 0) + 4 * work.tries + (work.lapsed ? 32 : 0);
    text += code(1, 1 + numberOf(work.leased), leaseCode(work.lease, p, state), flags, work.seedFamily ?? 0);
    text += code(work.seedTick);
    text += tokenText(work.token);
  } else text += NONE;
  if (save) {
    text += code(
      1,
      1 + numberOf(save.record),
      leaseCode(save.lease, p, state),
      versionCode(save.version, state) + (save.isObsolete ? 8 : 0),
    );
  } else text += NONE;
  text += tokenText(issued) + code(numberOf(mine));
  if (act) text += code(ACTS.indexOf(act.is) + 1, act.tick, act.session + 1, numberOf(act.ended));
  text += of ? phaseText(of, p, state) : NONE;
  text += stored ? storedText(stored, p, state) : NONE;
  return text + code((saved === undefined ? 0 : saved ? 2 : 1) + (later ? 4 : 0));
}
