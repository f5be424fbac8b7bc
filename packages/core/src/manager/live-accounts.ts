import { forgive } from '../forgive.ts';
import { type PackedMemory, packMemory, unpackMemory } from '../memory/packed-memory.ts';
import { createServerClock } from '../memory/server-clock.ts';
import type { AccountSeeds } from './account-seeds.ts';
import type { ManagerSettings } from './check-manager-options.ts';
import { createWorkingManager, type WorkingManager } from './working-manager.ts';

/**
 * The managers of many accounts, each made when needed. One that is at work is never let go of: a call of it is under
 * way, or a renewal, or the saving of one. Of the others, the least recently used shrink to their tokens; that costs the
 * same however many there are.
 */
export interface LiveAccounts {
  /** What can be told of an account at once, without I/O. */
  glance<T>(account: string, tell: (manager: WorkingManager) => T): T;
  /** A call of an account's manager on behalf of a caller; it waits while the manager before that one is ending. */
  use<T>(account: string, caller: object, call: (manager: WorkingManager) => Promise<T>): Promise<T>;
  /** A closed manager of this account, for a caller that was closed. */
  closedOne(account: string): WorkingManager;
  /** Closes the manager of this account and forgets its tokens, unless it is in a call of a caller that is open. */
  end(account: string, isOpen: (caller: object) => boolean): Promise<void>;
  /** Closes all of them. */
  close(): Promise<void>;
  /** Aborts when all of them are closed. */
  readonly closing: AbortSignal;
}

/** A manager, and who is in a call of it. */
interface Live {
  readonly account: string;
  readonly manager: WorkingManager;
  readonly calls: Set<{ readonly caller: object }>;
  /** Some other work is waited for. */
  settling: boolean;
  /** Called when the last call has ended. */
  onVacant?: () => void;
}

/** A manager that was closed, and may still be in calls. */
interface Ending {
  isClosed: Promise<unknown>;
  /** Closed, and in no call any more. */
  isOver: Promise<unknown>;
}

export function createLiveAccounts(
  settings: ManagerSettings,
  maxLive: number,
  seeds: AccountSeeds | undefined,
): LiveAccounts {
  // One server, so one clock to learn.
  const serverClock = createServerClock(settings.clock);
  const live = new Map<string, Live>();
  /** Those of them that do nothing, the least recently used first. */
  const idle = new Map<string, Live>();
  const asleep = new Map<string, PackedMemory>();
  const ending = new Map<string, Ending>();
  const closing = new AbortController();

  function create(account: string): Live {
    const packed = asleep.get(account);
    asleep.delete(account);
    const remembered = packed === undefined ? undefined : unpackMemory(packed);
    const own = { ...settings, account, seed: seeds?.(account) };
    const manager = createWorkingManager(own, serverClock, remembered);
    const made = { account, manager, calls: new Set<never>(), settling: false };
    live.set(account, made);
    letGo();
    return made;
  }

  function letGo(): void {
    while (live.size > maxLive) {
      const [oldest] = idle.values();
      if (!oldest) return;
      const { account, manager } = oldest;
      idle.delete(account);
      // A hint of the store may have set something off.
      if (settles(oldest)) continue;
      live.delete(account);
      manager.renewals.looks.stop();
      const packed = packMemory(manager.context.memory, manager.context.store.seen());
      if (packed !== undefined) asleep.set(account, packed);
    }
  }

  function enter(account: string): Live {
    const entered = live.get(account) ?? create(account);
    idle.delete(account);
    return entered;
  }

  function leave(left: Live): void {
    if (left.calls.size > 0) return;
    left.onVacant?.();
    if (live.get(left.account) !== left) return;
    if (settles(left)) return;
    // Used last, let go of last.
    idle.set(left.account, left);
    letGo();
  }

  /** Whether something other than a call is under way in it. Once that is over, it is left again. */
  function settles(working: Live): boolean {
    if (working.settling) return true;
    const work = workOf(working.manager);
    if (!work) return false;
    working.settling = true;
    void work.then(() => {
      working.settling = false;
      leave(working);
    });
    return true;
  }

  function closedOne(account: string): WorkingManager {
    const manager = createWorkingManager({ ...settings, account, seed: undefined }, serverClock);
    forgive(manager.close());
    return manager;
  }

  /** Closed, and without calls: what comes after it finds everything that it did in the store. */
  async function closeOne(closed: Live): Promise<void> {
    const { account, manager, calls } = closed;
    live.delete(account);
    idle.delete(account);
    const vacant = new Promise<void>((resolve) => {
      if (calls.size === 0) resolve();
      closed.onVacant = resolve;
    });
    const isClosed = manager.close();
    const isOver = Promise.allSettled([isClosed, vacant]);
    ending.set(account, { isClosed, isOver });
    void isOver.then(() => ending.delete(account));
    await isClosed;
  }

  return {
    glance(account, tell) {
      if (closing.signal.aborted) return tell(closedOne(account));
      const entered = enter(account);
      try {
        return tell(entered.manager);
      } finally {
        leave(entered);
      }
    },
    async use(account, caller, call) {
      while (ending.has(account)) await ending.get(account)?.isOver;
      if (closing.signal.aborted) return call(closedOne(account));
      const entered = enter(account);
      const mine = { caller };
      entered.calls.add(mine);
      try {
        return await call(entered.manager);
      } finally {
        entered.calls.delete(mine);
        leave(entered);
      }
    },
    closedOne,
    async end(account, isOpen) {
      const ended = live.get(account);
      asleep.delete(account);
      if (!ended) await ending.get(account)?.isClosed;
      else if (![...ended.calls].some(({ caller }) => isOpen(caller))) await closeOne(ended);
    },
    async close() {
      closing.abort();
      for (const each of live.values()) closeOne(each).catch(() => undefined);
      const ends = await Promise.allSettled([...ending.values()].map(({ isClosed }) => isClosed));
      asleep.clear();
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    },
    closing: closing.signal,
  };
}

/** What a manager does besides serving calls: the end of it, until which the manager must be kept, or undefined. */
function workOf({ context, renewals }: WorkingManager): Promise<unknown> | undefined {
  const { unsaved } = context.commits;
  const work =
    unsaved ?? (renewals.flights.busy ? renewals.flights.enqueue(async () => undefined) : undefined);
  return work?.catch(() => undefined);
}
