import {
  afterAmendLook,
  afterAmendSave,
  afterCommitLook,
  afterCommitSave,
  afterRememberLook,
  afterSettleLook,
} from './model-commit.ts';
import { afterClaim, afterLook, afterPuttingBack } from './model-look.ts';
import { afterReplaceLook, afterReplaceSave, revokeNow } from './model-person.ts';
import { lateArrives, replyArrives, requestArrives, sendNow } from './model-redeem.ts';
import {
  type At,
  ended,
  goOn,
  IDLE,
  type ModelState,
  type Phase,
  processAt,
  type Run,
  type Save,
  type Stored,
  type Thread,
} from './model-state.ts';
import { written } from './model-store.ts';

type AfterLook = (run: Run, state: ModelState, thread: Thread, stored: Stored) => void;
type AfterSave = (state: ModelState, thread: Thread, saved: boolean) => { words: string; next: ModelState };

/** What each phase does with the answer to its `load`. */
const LOOKS: Partial<Record<At, AfterLook>> = {
  idle: afterLook,
  commit_look: afterCommitLook,
  settle_look: afterSettleLook,
  amend_look: afterAmendLook,
  remember_look: afterRememberLook,
  replace_look: afterReplaceLook,
};

/** What each phase does with the answer to its compare-and-save. */
const SAVES: Partial<Record<At, (run: Run) => AfterSave>> = {
  putting_back: afterPuttingBack,
  claiming: afterClaim,
  commit_save: afterCommitSave,
  settle_save: afterAmendSave('settle_look'),
  amend_save: afterAmendSave('amend_look'),
  remember_save: afterAmendSave('remember_look'),
  replace_save: afterReplaceSave,
};

const OTHERS: Partial<Record<At, (run: Run, state: ModelState, thread: Thread) => void>> = {
  leased: sendNow,
  asked: requestArrives,
  answered: replyArrives,
  late: lateArrives,
  revoke: revokeNow,
};

/**
 * A save whose version can never come back is bound to fail, and that concerns nobody but its thread: whatever else
 * happens before or after, the outcome is the same. So it fails first, and other orders need no look.
 */
export function takeLostSave(run: Run, state: ModelState): boolean {
  for (let p = 0; p < state.processes.length; p++) {
    const { main, person, late } = processAt(state, p);
    const slot = isLost(state, main)
      ? 'main'
      : isLost(state, person)
        ? 'person'
        : isLost(state, late)
          ? 'late'
          : undefined;
    if (slot === undefined) continue;
    takeStep(run, state, { p, slot, phase: processAt(state, p)[slot] as Phase });
    return true;
  }
  return false;
}

function isLost({ store, replica, away }: ModelState, phase: Phase | undefined): boolean {
  if (!phase?.save || phase.at === 'heard') return false;
  const { version } = phase.save;
  return (
    version !== 0 && version !== store.version && version !== replica?.version && version !== away?.version
  );
}

/** Every step that some process, or the network, can take by itself. */
export function takeSteps(run: Run, state: ModelState): void {
  for (let p = 0; p < state.processes.length; p++) {
    const { main, person, late } = processAt(state, p);
    // A rotation that is not stored yet comes first: no flight looks at the store before.
    const isUnsaved = late !== undefined && late.at !== 'late';
    if (!(main.at === 'idle' && isUnsaved)) takeStep(run, state, { p, slot: 'main', phase: main });
    if (person) takeStep(run, state, { p, slot: 'person', phase: person });
    if (late) takeStep(run, state, { p, slot: 'late', phase: late });
  }
}

function takeStep(run: Run, state: ModelState, thread: Thread): void {
  const { phase } = thread;
  const other = OTHERS[phase.at];
  const look = LOOKS[phase.at];
  if (phase.at === 'heard') hear(run, state, thread);
  else if (other) other(run, state, thread);
  else if (!look) saveNow(run, state, thread);
  else if (run.world.fine) askStore(run, state, thread, look);
  else look(run, state, thread, state.store);
}

function saveNow(run: Run, state: ModelState, thread: Thread): void {
  const { p, slot, phase } = thread;
  const { next, saved, work } = written(run, state, thread, phase.save as Save);
  if (saved && state.faultsLeft > 0 && !run.world.without?.includes('unsure')) {
    run.emit('saves, and the answer is lost', p, unsure(next, thread), true);
  }
  const made = { ...phase, save: saved ?? phase.save, work: work ?? phase.work };
  if (run.world.fine) {
    const words = saved ? 'saves' : 'tries to save';
    run.emit(words, p, goOn(next, p, slot, { at: 'heard', of: made, saved: saved !== undefined }));
    return;
  }
  const after = (SAVES[phase.at] as (run: Run) => AfterSave)(run)(
    next,
    { p, slot, phase: made },
    saved !== undefined,
  );
  run.emit(after.words, p, after.next);
}

/** In the fine form the answer takes its time. A look that would change nothing is worth that only as a fault. */
function askStore(run: Run, state: ModelState, thread: Thread, look: AfterLook): void {
  const { p, slot, phase } = thread;
  const before = phase.at === 'idle' ? processAt(state, p).known : undefined;
  const heard = goOn(state, p, slot, { at: 'heard', of: { ...phase, before }, stored: state.store });
  let changes = phase.at !== 'idle';
  if (!changes)
    look({ ...run, emit: (_words, _by, next) => (changes ||= next !== state) }, state, thread, state.store);
  if (changes) run.emit('reads the store', p, heard);
  else if (state.faultsLeft > 0) {
    run.emit('reads the store, slowly', p, { ...heard, faultsLeft: state.faultsLeft - 1 }, true);
  }
}

function hear(run: Run, state: ModelState, { p, slot, phase }: Thread): void {
  const of = phase.of as Phase;
  const thread = { p, slot, phase: of };
  if (phase.stored) {
    const resumed = goOn(state, p, slot, of.at === 'idle' ? IDLE : of);
    let isNews = false;
    const emit: Run['emit'] = (...step) => {
      isNews = true;
      run.emit(...step);
    };
    LOOKS[of.at]?.({ ...run, emit }, resumed, thread, phase.stored);
    if (!isNews) run.emit('finds nothing new', p, resumed);
    return;
  }
  const after = SAVES[of.at]?.(run)(state, thread, phase.saved === true);
  if (after) run.emit(after.words, p, after.next);
}

/** The write took effect and its process never hears so: a commit tries again, anything else fails. */
function unsure(written: ModelState, { p, slot, phase }: Thread): ModelState {
  const spent = { ...written, faultsLeft: written.faultsLeft - 1 };
  return phase.at === 'commit_save'
    ? goOn(spent, p, slot, { ...phase, at: 'commit_look', save: undefined })
    : ended(spent, p, slot);
}
