import type { TokenSet } from '../contract/token-provider.ts';
import { createServerClock } from '../memory/server-clock.ts';
import type { OptionsOwner } from '../option-rules.ts';
import type { AccessToken, TokenAsk, TokenSource } from '../token.ts';
import { announce } from './backend-fit.ts';
import { ACCOUNT, checkManagerOptions, type ManagerSettings } from './check-manager-options.ts';
import { INSIDE, type WithInside } from './inside.ts';
import type { TokenManagerOptions } from './manager-options.ts';
import type { ManagerState, TokenStatus } from './token-status.ts';
import { createWorkingManager, type WorkingManager } from './working-manager.ts';

/** Keeps the tokens of one account at one provider valid, for everybody who asks. */
export interface TokenManager extends TokenSource, AsyncDisposable {
  /** Whose tokens these are, in your words. */
  readonly account: string;
  /** `id` of the provider. */
  readonly provider: string;
  /** A usable token, held or renewed; rejects with a typed error where there is none. With `rejected`: never that one again. */
  getToken(ask?: TokenAsk): Promise<AccessToken>;
  /** From the same slot the header comes from: `valid` means that the next request bears this token. */
  readonly state: ManagerState;
  /**
   * Members of token replies that the provider keeps beside the tokens (`keep` of `oauth2()`): an address of the API, for instance, for
   * `origins` and base URLs. Empty before the first token or `status()`.
   */
  readonly kept: Readonly<Record<string, string>>;
  /** The held token if it is usable right now, without I/O; else undefined. */
  peek(ask?: TokenAsk): AccessToken | undefined;
  /**
   * A token newer than the one held now: from the token endpoint, or adopted when another process has just renewed.
   * @throws {AuthError} as `getToken` does
   */
  renew(ask?: TokenAsk): Promise<AccessToken>;
  /**
   * Begins a new token family: a first sign-in, or an import. Replaces what is stored.
   * @throws {ConfigurationError} when the tokens cannot be used
   * @throws {TokenBackendError} when they cannot be stored; then nothing changed
   */
  signIn(tokens: TokenSet): Promise<void>;
  /**
   * Forgets the tokens, here and in the store, for every process.
   * @throws {TokenBackendError} when the store does not take it; then nothing changed
   * @throws {TokenEndpointError} with `revoke`: when the server did not confirm; the sign-out itself stands
   */
  signOut(options?: SignOutOptions): Promise<void>;
  /**
   * Looks at the store, and tells where the tokens stand.
   * @throws {TokenBackendError} when the store cannot be read
   */
  status(): Promise<TokenStatus>;
  /**
   * Waits for a renewal under way and for tokens that are not saved yet, at most as long as a lease lasts
   * (`timing.leaseTtlMs`); a program that ends by `process.exit()` awaits it first. Afterwards every ask is refused, and
   * nothing of this manager keeps the process alive.
   * @throws {TokenBackendError} when the store did not take the newest tokens: they end with this process
   */
  close(): Promise<void>;
}

/** How {@link TokenManager.signOut} ends a session. */
export interface SignOutOptions {
  /**
   * Revoke the tokens at the server as well, also one that a renewal under way still brings. Default false.
   * @see https://www.rfc-editor.org/rfc/rfc7009
   */
  revoke?: boolean | undefined;
}

/**
 * Keeps the tokens of one account at one provider valid: it hands out the token that is held, renews it before it ends or
 * when a server rejects it, once for all callers and for all processes that share the backend, and stores what a
 * renewal brings. Creating it does no I/O, and costs next to nothing: what is not used is not made.
 *
 * @throws {ConfigurationError} when an option is missing, wrong or unknown, or when provider and backend cannot keep a
 * session
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  const settings = checkManagerOptions(options, OWNER);
  announce(settings);
  let working: WorkingManager | undefined;
  return managerOver(settings, () => {
    working ??= createWorkingManager(settings, createServerClock(settings.clock));
    return working;
  });
}

const OWNER: OptionsOwner = { name: 'createTokenManager()', options: { account: ACCOUNT } };

type Subject = Pick<ManagerSettings, 'account' | 'provider' | 'fingerprint'>;

/**
 * The token manager in front of what works, which is asked for at the first use. Its methods work detached. What a copy of it,
 * `{ ...manager }`, is to have stands in it as a member of its own.
 */
export function managerOver(
  { account, provider, fingerprint }: Subject,
  working: () => WorkingManager,
): TokenManager {
  const close = () => working().close();
  const methods: Omit<TokenManager, 'state' | 'kept'> & WithInside = {
    account,
    provider: provider.id,
    fingerprint,
    getToken: (ask) => working().getToken(ask),
    peek: (ask) => working().peek(ask),
    renew: (ask) => working().renew(ask),
    signIn: (tokens) => working().signIn(tokens),
    signOut: (options) => working().signOut(options),
    status: () => working().status(),
    close,
    [Symbol.asyncDispose]: close,
    [INSIDE]: working,
  };
  return Object.defineProperties(methods, READINGS) as TokenManager;
}

/** All managers share these getters: with some of its own, an object is a hash table, of more than a kilobyte. */
const READINGS = Object.getOwnPropertyDescriptors({
  get state() {
    return insideOf(this).state;
  },
  get kept() {
    return insideOf(this).kept;
  },
});

const insideOf = (manager: object) => (manager as { [INSIDE](): WorkingManager })[INSIDE]();
