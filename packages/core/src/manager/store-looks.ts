import { isInterrupted } from '../renewal/lease-state.ts';
import { reconcile } from '../renewal/reconcile.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';

/**
 * The looks at the store while the held token is good: now and then, since others may have renewed or signed in
 * anew; and when the store hints at news, since whoever puts back something older waits but a moment before that is
 * redeemed.
 */
export interface StoreLooks {
  /** Whether there was one. */
  readonly any: boolean;
  isDue(now: number): boolean;
  /** Somebody just saw the store. */
  note(): void;
  /** Looks after all that is queued. */
  look(): Promise<unknown>;
  /** The same, for nobody in particular. */
  lookInBackground(): void;
  stop(): void;
}

export interface StoreLooksOptions {
  context: RenewalContext;
  enqueue(work: () => Promise<unknown>): Promise<unknown>;
  /** What a look found asks for a renewal that nobody waits for. */
  onWork(reason: 'seeded' | 'interrupted'): void;
}

/** When somebody renews, a second look tells whether that came to an end. */
const SECOND_LOOK_MS = 1_000;

export function createStoreLooks({ context, enqueue, onWork }: StoreLooksOptions): StoreLooks {
  const { clock, timing, memory, store, seed, leases, provider } = context;
  let any = false;
  let dueAt = Number.NEGATIVE_INFINITY;
  let isQueued = false;
  let stopStoreHints: (() => void) | undefined;
  let stopped = false;
  const stopSeedHints = seed.watch(() => (dueAt = Number.NEGATIVE_INFINITY));

  async function lookForOthers(): Promise<void> {
    isQueued = false;
    const found = context.commits.unsaved ? undefined : await reconcile(context);
    if (!found) return;
    if (await seed.fresh(found.record)) return onWork('seeded');
    const lease = found.record?.lease;
    const state = leases.stateOf(lease);
    if (state === 'live') dueAt = Math.min(dueAt, clock.monotonic() + SECOND_LOOK_MS);
    const { graceMs } = provider.profile;
    if (isInterrupted({ lease, state, graceMs, now: clock.now() })) onWork('interrupted');
  }

  const looks: StoreLooks = {
    get any() {
      return any;
    },
    isDue: (now) => now >= dueAt,
    note() {
      any = true;
      dueAt = clock.monotonic() + timing.recheckMs;
      if (!stopped) stopStoreHints ??= store.watch(() => memory.known && looks.lookInBackground());
    },
    look: () => enqueue(() => reconcile(context)),
    lookInBackground() {
      dueAt = clock.monotonic() + timing.recheckMs;
      if (isQueued || stopped) return;
      isQueued = true;
      enqueue(lookForOthers).catch(() => undefined);
    },
    stop() {
      stopped = true;
      stopSeedHints();
      stopStoreHints?.();
    },
  };
  return looks;
}
