import { INSIDE, type Inside, onAbort, type WithInside } from './inside.ts';
import type { LiveAccounts } from './live-accounts.ts';
import type { TokenManager } from './token-manager.ts';
import type { ManagerState } from './token-status.ts';
import type { WorkingManager } from './working-manager.ts';

interface Handle {
  readonly account: string;
}

/**
 * Makes the handles of accounts: token managers as small as the name of their account. Their methods are getters that all
 * handles share; each makes a function for its own account when it is read. So methods work detached, and a
 * handle that is only kept holds none. Each handle has the getters as members of its own, because a copy, `{ ...handle }`,
 * takes nothing from a prototype.
 */
export function accountHandles(
  { provider, fingerprint }: Pick<TokenManager, 'provider' | 'fingerprint'>,
  { glance, use, closedOne, end, closing }: LiveAccounts,
): (account: string) => TokenManager {
  /** The end of each handle that was closed, or whose end is waited for. */
  const ends = new WeakMap<object, AbortController>();
  const isOpen = (handle: object) => !ends.get(handle)?.signal.aborted;
  function endOf(handle: object): AbortController {
    const known = ends.get(handle) ?? new AbortController();
    ends.set(handle, known);
    return known;
  }

  /** What the manager at work behind a handle tells at once. */
  function told<T>(handle: unknown, tell: (manager: WorkingManager) => T): T {
    const { account } = handle as Handle;
    return isOpen(handle as Handle) ? glance(account, tell) : tell(closedOne(account));
  }

  async function called<T>(handle: unknown, call: (manager: WorkingManager) => Promise<T>): Promise<T> {
    const { account } = handle as Handle;
    return isOpen(handle as Handle) ? use(account, handle as Handle, call) : call(closedOne(account));
  }

  const methods = {
    provider,
    fingerprint,
    get state(): ManagerState {
      return told(this, (manager) => manager.state);
    },
    get kept(): TokenManager['kept'] {
      return told(this, (manager) => manager.kept);
    },
    get getToken(): TokenManager['getToken'] {
      return (ask) => called(this, (manager) => manager.getToken(ask));
    },
    get peek(): TokenManager['peek'] {
      return (ask) => told(this, (manager) => manager.peek(ask));
    },
    get renew(): TokenManager['renew'] {
      return (ask) => called(this, (manager) => manager.renew(ask));
    },
    get signIn(): TokenManager['signIn'] {
      return (tokens) => called(this, (manager) => manager.signIn(tokens));
    },
    get signOut(): TokenManager['signOut'] {
      return (options) => called(this, (manager) => manager.signOut(options));
    },
    get status(): TokenManager['status'] {
      return () => called(this, (manager) => manager.status());
    },
    get close(): TokenManager['close'] {
      return async () => {
        const handle = this as unknown as Handle;
        endOf(handle).abort();
        await end(handle.account, isOpen);
      };
    },
    get [Symbol.asyncDispose](): TokenManager['close'] {
      return this.close;
    },
    get [INSIDE](): WithInside[typeof INSIDE] {
      const onClose: Inside['onClose'] = (ended) => {
        const leave = [closing, endOf(this).signal].map((signal) => onAbort(signal)(ended));
        return () => {
          for (const each of leave) each();
        };
      };
      return () => ({ onClose });
    },
  };

  const members = Object.getOwnPropertyDescriptors(methods);
  return (account) => Object.freeze(Object.defineProperties({ account }, members)) as unknown as TokenManager;
}
