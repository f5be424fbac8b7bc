import type { LiveAccounts } from './live-accounts.ts';
import type { TokenManager } from './token-manager.ts';
import type { ManagerState } from './token-status.ts';

interface Handle {
  readonly account: string;
}

/**
 * Makes the handles of accounts: token managers as small as the name of their account. Their methods are getters on one
 * shared prototype; each makes a function for its own account when it is read. So methods work detached, and a
 * handle that is only kept holds none.
 */
export function accountHandles(
  provider: string,
  { wake, closedOne, end }: LiveAccounts,
): (account: string) => TokenManager {
  const closed = new WeakSet<Handle>();

  /** The manager at work behind a handle. */
  function behind(handle: unknown): TokenManager {
    const { account } = handle as Handle;
    return closed.has(handle as Handle) ? closedOne(account) : wake(account);
  }

  const methods = {
    provider,
    get state(): ManagerState {
      return behind(this).state;
    },
    get getToken(): TokenManager['getToken'] {
      return async (ask) => behind(this).getToken(ask);
    },
    get peek(): TokenManager['peek'] {
      return (ask) => behind(this).peek(ask);
    },
    get renew(): TokenManager['renew'] {
      return async (ask) => behind(this).renew(ask);
    },
    get signIn(): TokenManager['signIn'] {
      return async (tokens) => behind(this).signIn(tokens);
    },
    get signOut(): TokenManager['signOut'] {
      return async (options) => behind(this).signOut(options);
    },
    get status(): TokenManager['status'] {
      return async () => behind(this).status();
    },
    get close(): TokenManager['close'] {
      return async () => {
        const handle = this as unknown as Handle;
        if (closed.has(handle)) return;
        closed.add(handle);
        await end(handle.account);
      };
    },
    get [Symbol.asyncDispose](): TokenManager['close'] {
      return this.close;
    },
  };

  return (account) => Object.freeze({ __proto__: methods, account }) as unknown as TokenManager;
}
