import { AuthError } from '../errors/auth-error.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { createServerClock } from '../memory/server-clock.ts';
import type { Remembered } from '../memory/token-memory.ts';
import { parseRecord } from '../record/credential-record.ts';
import { recordKey } from '../record/digest.ts';
import { checkManagerOptions, type TokenManagerOptions } from './manager-options.ts';
import { type Managed, manageTokens, type TokenManager } from './token-manager.ts';

export interface AccountsOptions extends Omit<TokenManagerOptions, 'account'> {
  /** How many accounts keep their whole machinery at hand; the others keep their tokens. Default 1000. */
  maxLive?: number;
}

/** The tokens of many accounts at one provider, in one backend. */
export interface Accounts {
  /** The manager of one account. Cheap: it can be asked for at each request. */
  for(account: string): TokenManager;
  /** The accounts that are stored. Needs a backend that can list. */
  list(): AsyncIterable<string>;
  /** Closes all of them. */
  close(): Promise<void>;
}

interface Handle {
  account: string;
}

/**
 * One token manager an account, made when needed. Idle ones shrink to their tokens; there is no timer for any.
 * @throws {ConfigurationError} as createTokenManager does
 */
export function createAccounts(options: AccountsOptions): Accounts {
  const { maxLive = 1_000, ...rest } = options ?? {};
  if (!Number.isSafeInteger(maxLive) || maxLive < 1) {
    throw new ConfigurationError({
      option: 'maxLive',
      message: '`maxLive` must be a whole number of accounts, 1 or more.',
    });
  }
  const settings = checkManagerOptions(rest as TokenManagerOptions);
  // One server, so one clock to learn.
  const serverClock = createServerClock(settings.clock);
  const live = new Map<string, Managed>();
  const asleep = new Map<string, Remembered>();
  let closed = false;

  function wake(account: string): TokenManager {
    if (closed)
      throw new AuthError({
        code: 'closed',
        message: 'These accounts were closed. Create them anew to go on.',
      });
    const known = live.get(account);
    if (known) {
      // Used last, released last.
      live.delete(account);
      live.set(account, known);
      return known.manager;
    }
    const managed = manageTokens({ ...settings, account }, serverClock, asleep.get(account));
    asleep.delete(account);
    live.set(account, managed);
    if (live.size > maxLive) release();
    return managed.manager;
  }

  /** Lets the least recently used idle ones go, a tenth at a time. */
  function release(): void {
    let surplus = live.size - Math.ceil(maxLive * 0.9);
    for (const [account, managed] of live) {
      if (surplus-- <= 0) break;
      if (!managed.idle) continue;
      live.delete(account);
      const remembered = managed.remember();
      if (remembered !== undefined) asleep.set(account, remembered);
    }
  }

  /** Methods shared by all handles, so that a handle is as small as its account's name. */
  const methods = {
    provider: settings.provider.id,
    getToken(this: Handle, ask) {
      return wake(this.account).getToken(ask);
    },
    peek(this: Handle, ask) {
      return wake(this.account).peek(ask);
    },
    get state() {
      return wake((this as unknown as Handle).account).state;
    },
    renew(this: Handle, ask) {
      return wake(this.account).renew(ask);
    },
    signIn(this: Handle, tokens) {
      return wake(this.account).signIn(tokens);
    },
    signOut(this: Handle, how) {
      return wake(this.account).signOut(how);
    },
    status(this: Handle) {
      return wake(this.account).status();
    },
    keepAlive(this: Handle, how) {
      return wake(this.account).keepAlive(how);
    },
    async close(this: Handle) {
      const { account } = this;
      asleep.delete(account);
      await live.get(account)?.manager.close();
      live.delete(account);
    },
    async [Symbol.asyncDispose](this: Handle & TokenManager) {
      await this.close();
    },
  } satisfies Record<string | symbol, unknown> & Partial<TokenManager>;

  return {
    for(account) {
      if (typeof account !== 'string' || account === '') {
        throw new ConfigurationError({
          option: 'account',
          message: '`account` must be a text that names the account.',
        });
      }
      return Object.assign(Object.create(methods), { account }) as TokenManager;
    },
    async *list() {
      const { backend, provider } = settings;
      if (!backend.list) {
        throw new ConfigurationError({
          option: 'backend',
          message: 'This backend cannot list what it keeps, so accounts cannot be listed.',
        });
      }
      for await (const key of backend.list()) {
        const stored = await backend.load(key);
        if (!stored) continue;
        const { account, state } = parseRecord(stored.data, stored.version);
        const isOurs = (await recordKey(provider.id, account)) === key;
        if (isOurs && state !== 'signed_out') yield account;
      }
    },
    async close() {
      closed = true;
      await Promise.all([...live.values()].map(({ manager }) => manager.close()));
      live.clear();
      asleep.clear();
    },
  };
}
