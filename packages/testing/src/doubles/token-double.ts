import type { AuthError, ReauthorizationReason, TokenManager } from '@everbearer/core';
import { createDoubleControls } from './double-controls.ts';
import { createDoubleDesk } from './double-desk.ts';
import { createDoubleParts, factsOf } from './double-parts.ts';
import { createDoubleSession } from './double-session.ts';
import { describeDouble, stateOf } from './double-status.ts';
import type { DoubleVerdict } from './double-tokens.ts';
import type { RenewalFault } from './renewal-fault.ts';
import { type TokenDoubleOptions, tokenDoubleSettings } from './token-double-options.ts';

/**
 * Stands for a token manager in unit tests: it takes the same asks, renews once for all callers, and throws the errors that the
 * real one throws. Its time is `Date` and `setTimeout` as they are at each call, so fake timers move it. Unlike the real one
 * it renews nothing behind a call, uses a token to its very end, and has no pauses: each ask after a failure tries again.
 */
export interface TokenDouble extends TokenManager {
  /** How many renewals began so far, those that failed among them. */
  readonly renewals: number;
  /** How many requests `api` answered with 401. */
  readonly rejections: number;

  /** The tokens in hand have ended: the next ask renews. */
  expire(): void;
  /** No `api` takes the tokens in hand any more, and the double does not know: the next request is refused once. */
  revoke(): void;
  /**
   * From now on every ask throws a `ReauthorizationRequiredError`, until `signIn()`.
   * @param reason - its `code`. Default `revoked`
   */
  requireSignIn(reason?: ReauthorizationReason): void;
  /** From now on each renewal takes so long, in milliseconds of `setTimeout`. */
  slowDown(renewalMs: number): void;
  /**
   * The next renewals fail; the tokens in hand stay good until they end. Replaces what was asked before.
   * @param fault - which error is thrown, or the error itself
   * @param times - how many renewals fail. Default 1; `Infinity`: all, and 0: none any more
   * @throws {ConfigurationError} when there is no such fault
   */
  failRenewals(fault: RenewalFault | AuthError, times?: number): void;

  /** What an API is to make of a token. */
  judge(token: string): DoubleVerdict;
  /**
   * A `fetch` that stands for an API and sends nothing: for the option `fetch` of `createAuthFetch()`, ky and others. A request
   * without a good token is answered 401.
   * @param answer - answers the others. Default: 200 and `{}`
   */
  api(answer?: (request: Request) => Response | Promise<Response>): typeof fetch;
}

/**
 * Makes a token manager for unit tests, without a network and without a store.
 * @throws {ConfigurationError} naming an option that is unknown or wrong
 */
export function createTokenDouble(options: TokenDoubleOptions = {}): TokenDouble {
  const parts = createDoubleParts(tokenDoubleSettings(options));
  const { settings, script, renewals } = parts;
  const session = createDoubleSession(parts);
  return {
    account: settings.account,
    provider: 'token-double',
    kept: {},
    get state() {
      return stateOf(factsOf(parts));
    },
    ...createDoubleDesk(parts),
    ...session,
    status: async () => describeDouble(factsOf(parts)),
    [Symbol.asyncDispose]: session.close,
    get renewals() {
      return renewals.begun;
    },
    get rejections() {
      return script.rejections;
    },
    ...createDoubleControls(parts),
  };
}
