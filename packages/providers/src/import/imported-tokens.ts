import type { TokenSet } from '@everbearer/core/contract';

/** What the tokens were read from. */
export type TokenLayout =
  /** A token response with its instants: Python-O365 2.0, vdirsyncer, simple-oauth2, requests-oauthlib. */
  | 'token-response'
  /** The cache of MSAL: Python-O365 2.1, azure-cli, msal-extensions. */
  | 'msal-cache'
  /** `rclone.conf`. */
  | 'rclone'
  /** `mutt_oauth2.py`, decrypted. */
  | 'mutt-oauth2'
  /** gcloud and google-auth. */
  | 'google-authorized-user'
  /** gcalcli and goobook. */
  | 'oauth2client'
  /** `hosts.yml` of gh. */
  | 'gh'
  /** Rows of the table `accounts` of Auth.js (NextAuth). */
  | 'authjs';

/** What is known about imported tokens besides the tokens: see the members of {@link ImportedTokens}. */
export interface ImportedFacts {
  /** What kind of file it was. */
  layout: TokenLayout;
  /** A name to keep the tokens under. */
  account: string;
  /** What the person signs in with. */
  username?: string | undefined;
  /** The application that the tokens were issued to. */
  clientId?: string | undefined;
  /** The tenant, as the file names it. */
  tenantId?: string | undefined;
  /** The granted scopes that name a resource. */
  scopes: readonly string[];
  /** Milliseconds since the epoch. */
  lastRenewedAt?: number | undefined;
  /** What the file calls the server. */
  server?: string | undefined;
  /** Where the tokens are renewed, as the file says. */
  tokenEndpoint?: string | undefined;
}

/**
 * The tokens of one account at one client, for `signIn()`. Read the tokens with `.tokenSet`; they appear nowhere else:
 * not in `inspect`, not in JSON, not in a spread copy.
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
  readonly #clientSecret: string | undefined;

  /** What kind of file it was. */
  readonly layout: TokenLayout;
  /**
   * A name to keep the tokens under, different for each account of a client: the username, else the id of the
   * account, else `default`. For `accounts.for()`.
   */
  readonly account: string;
  /** What the person signs in with, if the file says so. */
  readonly username: string | undefined;
  /** The application that the tokens were issued to; only that one can renew them. */
  readonly clientId: string | undefined;
  /** The tenant as the file names it: an id, or `common` and the like if the sign-in went there. */
  readonly tenantId: string | undefined;
  /** The granted scopes, without `openid`, `profile`, `email` and `offline_access`. */
  readonly scopes: readonly string[];
  /** When the refresh token was last renewed, in milliseconds since the epoch; at Entra it lives 90 days from then. */
  readonly lastRenewedAt: number | undefined;
  /**
   * What the file calls the server: `drive` or `onedrive` in rclone, `google` or `github` in Auth.js, the host in gh. Tokens of
   * several servers may be in one file; each needs a provider of its own.
   */
  readonly server: string | undefined;
  /** Where the tokens are renewed, if the file says so: `tokenEndpoint` of `oauth2()`. Compare it before you send tokens there. */
  readonly tokenEndpoint: string | undefined;

  /** For tests of your own: `importTokens()` makes these. */
  constructor(
    facts: ImportedFacts,
    tokenSet: TokenSet,
    { clientSecret }: { clientSecret?: string | undefined } = {},
  ) {
    this.#tokenSet = tokenSet;
    this.#clientSecret = clientSecret;
    this.layout = facts.layout;
    this.account = facts.account;
    this.username = facts.username;
    this.clientId = facts.clientId;
    this.tenantId = facts.tenantId;
    this.scopes = Object.freeze([...facts.scopes]);
    this.lastRenewedAt = facts.lastRenewedAt;
    this.server = facts.server;
    this.tokenEndpoint = facts.tokenEndpoint;
  }

  /**
   * The refresh token, or the access token if there is no refresh token. If the file has both, the access token is left
   * out: so the first call renews, and shows at once whether the refresh token still works. A secret.
   */
  get tokenSet(): TokenSet {
    return this.#tokenSet;
  }

  /** The secret of the client that the tokens were issued to, where the file holds it beside them (rclone, gcloud). A secret. */
  get clientSecret(): string | undefined {
    return this.#clientSecret;
  }

  /** Everything but the secrets. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries([...Object.entries(this), ['tokenSet', '[redacted]']]);
  }
}
