import { abortable } from '../abortable.ts';
import type { CredentialStore } from '../record/record-store.ts';
import { isInterrupted } from '../renewal/lease-state.ts';
import { reconcile } from '../renewal/reconcile.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';

/**
 * The looks at the store while the held token is good: now and then, since other processes renew and people sign in; and
 * at once when the store hints at news. After a loss, a process may put back an older record and redeem it a moment
 * later: by then a holder of a newer record must have looked and put that back.
 */
export interface StoreLooks {
  /** Whether the store was looked at since this manager began. */
  readonly any: boolean;
  /** `now`: a reading of the monotonic clock. */
  isDue(now: number): boolean;
  /** The store was just seen, by a look or by a renewal. */
  note(): void;
  /** Looks after all that is queued. Who asks while one is queued or under way shares it. */
  look(): Promise<unknown>;
  /** A {@link look} is queued or under way. */
  readonly looking: boolean;
  /**
   * Looks after all that is queued; no caller waits for it or hears of its failure.
   * @param version - of what is said to be stored: where that is no news by then, there is no look
   */
  lookInBackground(version?: string): void;
  stop(): void;
}

export interface StoreLooksOptions {
  context: LookParts;
  enqueue(work: () => Promise<unknown>): Promise<unknown>;
  /** Receives the work that goes on although no caller waits for it. */
  handOver(work: Promise<unknown>): void;
  /** A look found a reason to renew, though no caller waits for it. */
  onWork(reason: 'seeded' | 'interrupted'): void;
}

type LookParts = Pick<
  RenewalContext,
  | 'clock'
  | 'closing'
  | 'commits'
  | 'emit'
  | 'leases'
  | 'memory'
  | 'provider'
  | 'repair'
  | 'seed'
  | 'store'
  | 'timing'
>;

/** When another process is renewing, a second look tells whether it has finished. */
const SECOND_LOOK_MS = 1_000;

export function createStoreLooks({ context, enqueue, handOver, onWork }: StoreLooksOptions): StoreLooks {
  const { clock, closing, commits, timing, memory, store, seed, leases, provider } = context;
  let any = false;
  let dueAt = Number.NEGATIVE_INFINITY;
  let isQueued = false;
  let hinted: string | undefined;
  let look: Promise<unknown> | undefined;
  let stopStoreHints: (() => void) | undefined;
  let stopped = false;
  const stopSeedHints = seed?.watch(() => {
    memory.glance.forget();
    dueAt = Number.NEGATIVE_INFINITY;
  });

  /** `close()` need not wait for the answer. */
  const lookAt = (from: CredentialStore) =>
    reconcile({ ...context, store: from }, () => abortable(from.load(), closing));

  async function lookForOthers(): Promise<void> {
    isQueued = false;
    if (hinted !== undefined && store.knows(hinted)) return;
    const found = commits.unsaved ? undefined : await lookAt(store.inBackground);
    if (!found) return;
    if (await seed?.fresh(found.seen)) return onWork('seeded');
    const lease = found.record?.lease;
    const state = leases.stateOf(lease);
    if (state === 'live') dueAt = Math.min(dueAt, clock.monotonic() + SECOND_LOOK_MS);
    const { graceMs } = provider.profile;
    if (isInterrupted({ lease, state, graceMs, unchangedMs: leases.unchangedMs, now: clock.now() }))
      onWork('interrupted');
  }

  const looks: StoreLooks = {
    get any() {
      return any;
    },
    isDue: (now) => now >= dueAt,
    note() {
      any = true;
      dueAt = clock.monotonic() + timing.recheckMs;
      if (!stopped)
        stopStoreHints ??= store.watch((version) => memory.newest && looks.lookInBackground(version));
    },
    look() {
      look ??= enqueue(() => lookAt(store)).finally(() => {
        look = undefined;
      });
      return look;
    },
    get looking() {
      return look !== undefined;
    },
    lookInBackground(version) {
      hinted = version;
      dueAt = clock.monotonic() + timing.recheckMs;
      if (isQueued || stopped) return;
      isQueued = true;
      const behind = enqueue(lookForOthers);
      behind.catch(() => undefined);
      handOver(behind);
    },
    stop() {
      stopped = true;
      stopSeedHints?.();
      stopStoreHints?.();
    },
  };
  return looks;
}
