import { isObject, need, needObject } from '../check-option.ts';
import type { AuthEventListener } from '../events.ts';
import {
  checkOptions,
  FLAG,
  isFunction,
  LISTENER,
  type OptionRule,
  type OptionsOwner,
  SCOPES,
  TEXT,
} from '../option-rules.ts';
import type { TokenSource } from '../token.ts';

/** What one call may say of its authorization. */
export interface CallAuth {
  /** Whose token; for a source that is a function of the call. */
  account?: string | undefined;
  /** Which scopes the token must be for. Default: those of the options, else those of the source. */
  scopes?: readonly string[] | undefined;
}

/** The call as a source function sees it. */
export interface SourceCall {
  /** The final URL. */
  url: string;
  /** The method, as the client spells it. */
  method: string;
  /** `auth.account` of the call. */
  account?: string | undefined;
  /** `auth.scopes` of the call. */
  scopes?: readonly string[] | undefined;
}

/** A token source, or a function that picks one for each attempt of a call. */
export type TokenSourceLike = TokenSource | ((call: SourceCall) => TokenSource);

/** Where tokens may go: exact origins, or a function of the final URL of which only `true` allows. */
export type Origins = readonly string[] | ((url: URL) => boolean);

/** The options that `createAuthFetch` and every adapter take. */
export interface GuardOptions {
  /** Where tokens may go, for instance `['https://graph.microsoft.com']`. */
  origins: Origins;
  /** Allow `http:` beyond loopback, for clusters that end TLS elsewhere. Default false. */
  allowPlainHttp?: boolean | undefined;
  /** The scopes of every ask that names none. Default: the source's own. */
  scopes?: readonly string[] | undefined;
  /** A request to another origin: `'throw'` does not send it (default), `'pass'` sends it without a token. */
  onForeignOrigin?: 'throw' | 'pass' | undefined;
  /**
   * Whether a response rejects the token. Default: status 401. It is called for successful responses only where `successes` says
   * so; all others never wait for it. To read the body, read `response.clone()`.
   */
  isRejected?: ((response: Response) => boolean | Promise<boolean>) | undefined;
  /**
   * Which responses of success `isRejected` is asked about as well, by their status and headers alone: an API may say "token
   * expired" with status 200. A body that it waits for is late for the caller too, so leave streams out. Default: none.
   */
  successes?: ((response: Response) => boolean) | undefined;
  /** Called with what happens to requests: `replayed`, `rejected`, `step_up_required`, `not_sent`. */
  onEvent?: AuthEventListener | undefined;
}

const RULES: Readonly<Record<keyof GuardOptions, OptionRule>> = {
  origins: [
    (value) => isFunction(value) || (Array.isArray(value) && value.length > 0),
    "a list of origins, for instance ['https://graph.microsoft.com'], or a function (url) => boolean",
  ],
  allowPlainHttp: FLAG,
  scopes: SCOPES,
  onForeignOrigin: [(value) => value === 'throw' || value === 'pass', "'throw' or 'pass'"],
  isRejected: [isFunction, 'a function (response) => boolean'],
  successes: [isFunction, 'a function (response) => boolean'],
  onEvent: LISTENER,
};

/**
 * The options, checked. The origins in a list are checked where they are compiled.
 * @throws {ConfigurationError} that names the option and the remedy
 */
export function checkGuardOptions(
  source: TokenSourceLike,
  options: GuardOptions,
  owner: OptionsOwner,
): GuardOptions {
  needObject(owner, 'owner');
  need(
    typeof source === 'function' || isTokenSource(source),
    'source',
    'must be a TokenSource (createTokenManager) or a function (call) => TokenSource.',
  );
  // A required option that is left out counts as wrong.
  const given = { ...options, origins: options?.origins ?? (null as never) };
  checkOptions(given, { ...RULES, ...owner.options }, owner.name);
  return given;
}

/** Whether a value can hand out tokens. */
export function isTokenSource(value: unknown): value is TokenSource {
  return isFunction((value as TokenSource | null | undefined)?.getToken);
}

const OF_CALL: Readonly<Record<keyof CallAuth, OptionRule>> = { account: TEXT, scopes: SCOPES };

/**
 * What a call says of its authorization, checked: a copy, each member read once.
 * @throws {ConfigurationError} when it is neither `false` nor `{ account?, scopes? }`, and when it names an account though the
 * source is not a function that could pick one
 */
export function readCallAuth(auth: unknown, source: TokenSourceLike): false | CallAuth | undefined {
  if (auth === undefined || auth === false) return auth;
  need(isObject(auth), 'auth', 'must be false or { account?: string, scopes?: string[] }.');
  const said: CallAuth = { ...auth };
  checkOptions(said, OF_CALL, '`auth`', 'auth.');
  const { account, scopes } = said;
  need(
    account === undefined || typeof source === 'function',
    'auth.account',
    'needs a source that picks one of many, for instance (call) => accounts.for(call.account).',
  );
  return scopes ? { ...said, scopes: [...scopes] } : said;
}
