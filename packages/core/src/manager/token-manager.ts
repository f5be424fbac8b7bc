import type { TokenSet } from '../contract/token-provider.ts';
import type { AccessToken, TokenAsk, TokenSource } from '../token.ts';
import type { ManagerState, TokenStatus } from './token-status.ts';

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
