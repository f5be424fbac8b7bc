import type { CallAuth } from '@everbearer/core';
import {
  createGuard,
  type GuardOptions,
  type OptionsOwner,
  type TokenSourceLike,
} from '@everbearer/core/adapter';
import type { Options } from 'ky';
import { createAudit } from './audit.ts';
import { createCallHooks } from './call-hooks.ts';
import { createGuardFetch } from './guard-fetch.ts';
import type { HeaderNotInjectedError } from './header-not-injected-error.ts';
import { createKyCalls } from './ky-call.ts';
import { TAKEN_FOR_OPTIONS } from './taken-for-options.ts';

declare module 'ky' {
  interface Options {
    /**
     * Data for hooks. `auth` is read by `bearerAuth()`: `false` sends the call without a token, an object says whose
     * token it bears and for which scopes.
     */
    context?: Record<string, unknown> & { auth?: false | CallAuth | undefined };
  }
}

/** Where tokens may go, and whether calls are audited. */
export interface BearerAuthOptions extends GuardOptions {
  /**
   * Check after each response that the guard saw the call, and throw {@link HeaderNotInjectedError} when it did
   * not. Costs a clone of every response. Default false; worth having in tests.
   */
  audit?: boolean | undefined;
}

const OWNER: OptionsOwner = {
  name: 'bearerAuth()',
  options: { audit: [(value) => typeof value === 'boolean', 'true or false'] },
};

const NO_OPTIONS = {};

/**
 * Makes every request of a ky instance bear a valid token: `ky.extend(bearerAuth(tokens, { origins }))`.
 *
 * The guard stands at ky's `fetch`, the last step before the wire, on every attempt; hooks in front of it wait for a token where
 * ky's `timeout` does not count. Per call: `context: { auth: false }` steps aside, `context: { auth: { account, scopes } }`
 * chooses. It is read once, when the call is made.
 *
 * The token stands in what is sent and nowhere else: hooks and ky's errors see the request without it.
 *
 * Of two on one chain the later one wins, whole, as with every option of ky. A call that has lost the `init` hook of this one
 * is refused with a {@link HeaderNotInjectedError}, since nothing says whose token it should bear.
 *
 * `ky.create()` on the extended instance makes a plain ky, as it does with all options: use `extend()`.
 *
 * @throws {ConfigurationError} that names the option and the remedy
 */
export function bearerAuth(
  source: TokenSourceLike,
  options: BearerAuthOptions,
): (parent: Options) => Options {
  const guard = createGuard(source, options, OWNER);
  const calls = createKyCalls(source);
  const guardFetch = createGuardFetch(guard, calls);
  const { init, beforeRequest, beforeRetry } = createCallHooks(guard, calls, guardFetch);

  const extension = (parent: Options): Options => ({
    // Only calls that have lost the hooks come here, with nothing but a request.
    fetch: guardFetch(parent.fetch, NO_OPTIONS),
    hooks: {
      init: [init],
      beforeRequest: [beforeRequest],
      beforeRetry: [beforeRetry],
      ...(options.audit && { afterResponse: [createAudit(calls)] }),
    },
  });
  return Object.assign(extension, TAKEN_FOR_OPTIONS);
}
