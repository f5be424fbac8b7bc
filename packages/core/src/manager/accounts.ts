import { need } from '../check-option.ts';
import { parseRecord } from '../record/credential-record.ts';
import { recordKey } from '../record/digest.ts';
import { accountHandles } from './account-handle.ts';
import { announce } from './backend-fit.ts';
import { checkAccount, checkManagerOptions, type ManagerSettings } from './check-manager-options.ts';
import { createLiveAccounts } from './live-accounts.ts';
import type { TokenManagerOptions } from './manager-options.ts';
import type { TokenManager } from './token-manager.ts';

/** As {@link TokenManagerOptions}, without a name: {@link Accounts.for} names the account. */
export interface AccountsOptions extends Omit<TokenManagerOptions, 'account'> {
  /** How many accounts keep their whole machinery at hand; the others keep their tokens. Default 1000. */
  maxLive?: number | undefined;
}

/** The tokens of many accounts at one provider, in one backend. */
export interface Accounts {
  /**
   * The manager of one account. Cheap: it can be asked for at each request. What is closed is this manager alone:
   * another call brings an open one.
   * @param account - whose tokens, in your words: 1 to 1024 characters
   * @throws {ConfigurationError} when the name is anything else
   */
  for(account: string): TokenManager;
  /**
   * The accounts that are stored and not signed out.
   * @throws {ConfigurationError} when the backend cannot list
   * @throws {TokenBackendError} when the store cannot be read
   */
  list(): AsyncIterable<string>;
  /**
   * Closes the managers of all accounts. Afterwards every ask is refused.
   * @throws {TokenBackendError} as {@link TokenManager.close} does, for the first account whose tokens were not saved,
   * once all are closed
   */
  close(): Promise<void>;
}

/**
 * One token manager an account, made when needed. Idle ones shrink to their tokens; none has a timer.
 * @throws {ConfigurationError} as createTokenManager does
 */
export function createAccounts(options: AccountsOptions): Accounts {
  const settings = checkManagerOptions(options, 'createAccounts()', ['maxLive']);
  const { maxLive = 1_000 } = options;
  need(
    Number.isSafeInteger(maxLive) && maxLive >= 1,
    'maxLive',
    'must be a whole number of accounts, 1 or more.',
  );
  const provider = settings.provider.id;
  announce(settings, { account: undefined, provider });
  const live = createLiveAccounts(settings, maxLive);
  const handleFor = accountHandles(provider, live);
  return {
    for(account) {
      checkAccount(account);
      return handleFor(account);
    },
    list: () => listAccounts(settings),
    close: live.close,
  };
}

async function* listAccounts({ backend, provider }: ManagerSettings): AsyncGenerator<string> {
  need(
    backend.list,
    'backend',
    'cannot list what it keeps, so accounts cannot be listed. Use one that has list().',
  );
  for await (const key of backend.list()) {
    const stored = await backend.load(key);
    if (!stored) continue;
    const { account, state } = parseRecord(stored.data, stored.version);
    const isOurs = (await recordKey(provider.id, account)) === key;
    if (isOurs && state !== 'signed_out') yield account;
  }
}
