import { type PackedMemory, packMemory, unpackMemory } from '../memory/packed-memory.ts';
import { createServerClock } from '../memory/server-clock.ts';

import type { ManagerSettings } from './check-manager-options.ts';
import { type Managed, manageTokens, type TokenManager } from './token-manager.ts';

/** The managers of many accounts, each made when needed. The least recently used idle ones shrink to their tokens. */
export interface LiveAccounts {
  /** The manager of this account, made if need be; after `close()` a closed one. */
  wake(account: string): TokenManager;
  /** A closed manager of this account, for a handle that was closed. */
  closedOne(account: string): TokenManager;
  /** Closes the manager of this account, and forgets its tokens. */
  end(account: string): Promise<void>;
  /** Closes all of them. */
  close(): Promise<void>;
}

/** When there are too many, a tenth is let go at once, so that it does not happen at each call. */
const KEPT = 0.9;

export function createLiveAccounts(settings: ManagerSettings, maxLive: number): LiveAccounts {
  // One server, so one clock to learn.
  const serverClock = createServerClock(settings.clock);
  const live = new Map<string, Managed>();
  const asleep = new Map<string, PackedMemory>();
  let closed = false;

  function create(account: string): Managed {
    const packed = asleep.get(account);
    asleep.delete(account);
    const remembered = packed === undefined ? undefined : unpackMemory(packed);
    const managed = manageTokens({ ...settings, account }, serverClock, remembered);
    return managed;
  }

  function release(): void {
    let surplus = live.size - Math.ceil(maxLive * KEPT);
    for (const [account, managed] of live) {
      if (surplus-- <= 0) break;
      const { context, renewals } = managed;
      if (renewals.flights.busy || context.commits.unsaved) continue;
      live.delete(account);
      renewals.looks.stop();
      const packed = packMemory(context.memory);
      if (packed !== undefined) asleep.set(account, packed);
    }
  }

  function closedOne(account: string): TokenManager {
    const { manager } = manageTokens({ ...settings, account }, serverClock);
    void manager.close();
    return manager;
  }

  return {
    wake(account) {
      if (closed) return closedOne(account);
      const managed = live.get(account) ?? create(account);
      // Used last, released last.
      live.delete(account);
      live.set(account, managed);
      if (live.size > maxLive) release();
      return managed.manager;
    },
    closedOne,
    async end(account) {
      asleep.delete(account);
      await live.get(account)?.manager.close();
      live.delete(account);
    },
    async close() {
      closed = true;
      const ends = await Promise.allSettled([...live.values()].map(({ manager }) => manager.close()));
      live.clear();
      asleep.clear();
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}
