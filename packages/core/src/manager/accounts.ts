import { need, needObject } from '../check-option.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { OptionsOwner } from '../option-rules.ts';
import { accountHandles } from './account-handle.ts';
import { listAccounts } from './account-list.ts';
import { accountSeeds } from './account-seeds.ts';
import { announce } from './backend-fit.ts';
import { ACCOUNT, checkManagerOptions } from './check-manager-options.ts';
import { createLiveAccounts } from './live-accounts.ts';
import type { TokenManagerOptions } from './manager-options.ts';
import { isSeed, needRedeemer, type Seed } from './openable-seed.ts';
import type { TokenManager } from './token-manager.ts';

/**
 * As {@link TokenManagerOptions}, without a name: {@link Accounts.for} names the account. Accounts share no credential,
 * so the seed is a function of the account, and the backend has to be writable.
 */
export interface AccountsOptions extends Omit<TokenManagerOptions, 'account' | 'backend' | 'seed'> {
  /** Where the tokens are kept, those of each account in a record of its own. */
  backend: TokenBackend;
  /**
   * The credential that this account begins with, imported once as the seed of a token manager is:
   * `(account) => seedFrom(envBackend({ name: … }))`. Undefined for an account that begins with none. Called when the account
   * is first needed, and again where it failed: a living session goes on without it, and other asks reject with a
   * `ConfigurationError`, as they do where it gives two accounts the same credential. Default: no account has one.
   */
  seed?: ((account: string) => Seed | undefined) | undefined;
  /**
   * How many idle accounts keep a complete manager; of the others only the tokens are kept. Accounts at work always keep
   * theirs. Default 1000.
   */
  maxLive?: number | undefined;
}

/** The tokens of many accounts at one provider, in one backend. */
export interface Accounts extends AsyncDisposable {
  /**
   * The manager of one account. Cheap: it can be asked for at each request. Closing it closes this handle alone: the next
   * `for()` gives an open one, and calls through other handles go on.
   * @param account - whose tokens, in your words: 1 to 1024 characters
   * @throws {ConfigurationError} when the name is anything else
   */
  for(account: string): TokenManager;
  /**
   * The accounts that are stored and not signed out. Records of others in the same store are left out. One that is damaged
   * does not hide the rest: a `warning` event with the code `unreadable_record` tells of it.
   * @throws {ConfigurationError} when the backend cannot list
   * @throws {TokenBackendError} when the store cannot be read
   */
  list(): AsyncIterable<string>;
  /**
   * Closes the managers of all accounts, and ends every `keepAlive` of them. Afterwards every ask is refused.
   * `await using accounts = createAccounts(…)` does the same at the end of a block.
   * @throws {TokenBackendError} as {@link TokenManager.close} does, for the first account whose tokens were not saved,
   * once all are closed
   */
  close(): Promise<void>;
}

/**
 * One token manager for each account, made when needed. Idle ones shrink to their tokens; none has a timer.
 * @throws {ConfigurationError} as createTokenManager does, and where one credential would serve all accounts
 */
export function createAccounts(options: AccountsOptions): Accounts {
  needObject(options, 'options');
  const { backend, seed, maxLive = 1_000 } = options;
  refuseSharedCredential(backend, seed);
  const settings = checkManagerOptions({ ...options, seed: undefined }, OWNER);
  if (seed) needRedeemer(settings.provider);
  const { provider, fingerprint } = settings;
  announce(settings);
  const live = createLiveAccounts(settings, maxLive, seed && accountSeeds(seed, settings));
  const handleFor = accountHandles({ provider: provider.id, fingerprint }, live);
  const [isAccount, words] = ACCOUNT;
  return {
    for(account) {
      need(isAccount(account), 'account', `must be ${words}.`);
      return handleFor(account);
    },
    list: () => listAccounts(settings),
    close: live.close,
    [Symbol.asyncDispose]: live.close,
  };
}

const OWNER: OptionsOwner = {
  name: 'createAccounts()',
  options: {
    maxLive: [
      (value) => Number.isSafeInteger(value) && (value as number) >= 1,
      'a whole number of accounts, 1 or more',
    ],
  },
};

/** One credential for all would let each account act for every other. */
function refuseSharedCredential(backend: unknown, seed: unknown): void {
  need(
    !isSeed(seed) && (seed === undefined || typeof seed === 'function'),
    'seed',
    'must be a function, since a seed is the credential of one account: (account) => seedFrom(…), or undefined for an account without one.',
  );
  const isReadOnly = (backend as TokenBackend | undefined)?.capabilities?.writable === false;
  need(
    !isSeed(backend) && !isReadOnly,
    'backend',
    'is read-only, so it holds one credential, and accounts share none. Use one that can be written, and give the credentials as `seed: (account) => seedFrom(…)`.',
  );
}
