import type { TokenSet } from '@everbearer/core/contract';

/** Where tokens came from: a token file of Python-O365 2.0, or the cache of MSAL, which Python-O365 2.1 stores too. */
export type TokenLayout = 'o365-2.0' | 'msal-cache';

/** What is known of imported tokens beside the tokens. */
export interface ImportedFacts {
  layout: TokenLayout;
  account: string;
  username?: string;
  clientId?: string;
  tenantId?: string;
  scopes: readonly string[];
  lastRenewedAt?: number;
}

/**
 * The tokens of one account at one client, for `signIn()`. The tokens are read with `.tokenSet` and show up nowhere
 * else: not in `inspect`, not in JSON, not in a spread copy.
 */
export class ImportedTokens {
  static {
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    Object.defineProperty(ImportedTokens.prototype, inspect, {
      value(this: ImportedTokens) {
        return this.toJSON();
      },
    });
  }

  readonly #tokenSet: TokenSet;

  /** What kind of file it was. */
  readonly layout: TokenLayout;
  /**
   * A name to keep the tokens under, different for each account of a client: the username, else the id of the
   * account, else `default`.
   */
  readonly account: string;
  /** With which the person signs in, where the file says so. */
  readonly username: string | undefined;
  /** The application the tokens were issued to, and with which alone they can be renewed. */
  readonly clientId: string | undefined;
  /** The tenant as the file names it: an id, or `common` and the like where the sign-in went there. */
  readonly tenantId: string | undefined;
  /** The scopes granted, without `openid`, `profile`, `email` and `offline_access`. */
  readonly scopes: readonly string[];
  /** When the refresh token was last renewed, in milliseconds since the epoch; Entra's live 90 days from then. */
  readonly lastRenewedAt: number | undefined;

  constructor(facts: ImportedFacts, tokenSet: TokenSet) {
    this.#tokenSet = tokenSet;
    this.layout = facts.layout;
    this.account = facts.account;
    this.username = facts.username;
    this.clientId = facts.clientId;
    this.tenantId = facts.tenantId;
    this.scopes = Object.freeze([...facts.scopes]);
    this.lastRenewedAt = facts.lastRenewedAt;
  }

  /**
   * The refresh token, or the access token where there is none. Where both are there, the access token is left
   * behind: the first call then renews, and shows at once whether the refresh token is good.
   */
  get tokenSet(): TokenSet {
    return this.#tokenSet;
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries([...Object.entries(this), ['tokenSet', '[redacted]']]);
  }
}
