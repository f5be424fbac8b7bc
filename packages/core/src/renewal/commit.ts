import { endWait } from '../abortable.ts';
import type { WholeClock } from '../clock.ts';
import { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { Happening } from '../events.ts';
import type { TokenMemory } from '../memory/token-memory.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import type { CredentialStore } from '../record/record-store.ts';
import { updateRecord } from '../record/update-record.ts';
import { commitStep } from './decisions.ts';
import type { RepairPause } from './repair-pause.ts';

/** What became of a renewal's result. */
export type CommitResult =
  | 'stored'
  /** In memory only so far; the saving goes on by itself. */
  | 'unsaved'
  /** A newer sign-in or sibling stands in the store, and is in memory now. */
  | 'adopted'
  /** Signed out or deleted meanwhile. */
  | 'dropped';

export interface Renewal {
  /** The record as the renewal made it; memory holds it already. */
  mine: CredentialRecord;
  leaseId: string;
  /** When the lease was taken, on the monotonic clock. */
  takenAt: number;
  /** The seed that was redeemed, if it was one. */
  seedId?: string | undefined;
}

/**
 * Puts renewals into the store. A rotation that this process received is saved, or superseded by a newer one; it is not
 * given up while the process lives.
 */
export interface Commits {
  commit(renewal: Renewal): Promise<CommitResult>;
  /** The saving that is still under way; undefined when everything is stored. */
  readonly unsaved: Promise<unknown> | undefined;
  /** Why the last try to save failed; undefined when everything is stored. */
  readonly fault: AuthError | undefined;
}

export interface CommitOptions {
  store: CredentialStore;
  memory: TokenMemory;
  clock: WholeClock;
  /** A save that takes longer than this counts as unsaved; it goes on. */
  patienceMs: number;
  /** The term of a lease: for so long a record that vanished under it may come back by itself. */
  leaseTtlMs: number;
  repair: Pick<RepairPause, 'putBack'>;
  emit(event: Happening): void;
  /** Ends the saving, when the process is to end: what is not stored by then is lost. */
  abandoned: AbortSignal;
  /** Revokes tokens that arrived after a sign-out which asked for revocation. */
  revokeLate(record: CredentialRecord): void;
}

/** What becomes of a renewal's result, and what is to be saved for it. */
type Next = [CommitResult, CredentialRecord?];

/** Treated as any other fault of the store: what is not saved is kept and tried again. */
function vanished(): TokenBackendError {
  return new TokenBackendError({
    code: 'unavailable',
    message:
      'The stored record vanished during a renewal; the new tokens are kept in memory and put back. Restore the store if it lost more.',
  });
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

export function createCommits(options: CommitOptions): Commits {
  const { store, memory, clock, patienceMs, leaseTtlMs, repair, emit, abandoned } = options;
  let unsaved: Promise<unknown> | undefined;
  let fault: AuthError | undefined;

  /** What is to be saved, given what is stored now; undefined where there is nothing left to save. */
  function next(renewal: Renewal, stored: CredentialRecord | undefined, deleted: boolean): Next {
    const { durable } = store;
    const leaseEnded = clock.monotonic() >= renewal.takenAt + leaseTtlMs;
    const step = commitStep({ ...renewal, stored, deleted, known: memory.newest, durable, leaseEnded });
    switch (step.do) {
      case 'done':
        return ['stored'];
      case 'save':
        // Into a store that lost it, where somebody else may hold something newer; or over what is there.
        return ['stored', stored ? step.record : repair.putBack(step.record)];
      case 'adopt':
        if (stored) memory.adopt(stored);
        return ['adopted'];
      case 'drop':
        if (step.revoke) options.revokeLate(renewal.mine);
        if (stored) memory.adopt(stored);
        else if (durable || deleted) memory.setAside();
        return ['dropped'];
      case 'keep':
        throw vanished();
    }
  }

  async function tryOnce(renewal: Renewal): Promise<CommitResult> {
    let result: CommitResult = 'stored';
    let isLost = false;
    const seen = store.seen();
    // Under my lease nobody else is to write, so it is looked at only when the save says that somebody did.
    let guess = seen?.record?.lease?.id === renewal.leaseId ? seen : undefined;
    const saved = await updateRecord(
      options,
      (stored, { deleted }) => {
        isLost = stored === undefined;
        const [outcome, record] = next(renewal, stored, deleted);
        result = outcome;
        return record;
      },
      async () => {
        const found = guess ?? (await store.load());
        guess = undefined;
        return found;
      },
    );
    if (saved && isLost) emit({ type: 'repaired' });
    return result;
  }

  /** Without limit: the process stays alive for it, until it is told to end. */
  async function persist(renewal: Renewal, onFault: () => void): Promise<CommitResult> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await tryOnce(renewal);
      } catch (error) {
        fault = error instanceof AuthError ? error : undefined;
        onFault();
      }
      await clock.sleep(pauseMs, { signal: abandoned }).catch(() => undefined);
      if (abandoned.aborted) return 'unsaved';
    }
  }

  return {
    get unsaved() {
      return unsaved;
    },
    get fault() {
      return fault;
    },
    async commit(renewal) {
      const begunAt = clock.monotonic();
      let late = false;
      const done = new AbortController();
      const trouble = new Promise<CommitResult>((resolve) => {
        const report = () => {
          if (late || done.signal.aborted) return;
          late = true;
          emit({ type: 'unsaved', error: fault });
          resolve('unsaved');
        };
        unsaved = persist(renewal, report);
        clock.sleep(patienceMs, { signal: done.signal, ref: false }).then(report, () => undefined);
      });
      const saving = unsaved as Promise<CommitResult>;
      void saving.then((result) => {
        endWait(done);
        if (result === 'unsaved') return;
        fault = undefined;
        if (unsaved === saving) unsaved = undefined;
        if (late) emit({ type: 'saved_late', afterMs: Math.round(clock.monotonic() - begunAt) });
      });
      return Promise.race([saving, trouble]);
    },
  };
}
