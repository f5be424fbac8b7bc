import { invalidOption } from '../check-option.ts';
import type { OptionsOwner } from '../option-rules.ts';
import { plainInit, readArguments } from './fetch-arguments.ts';
import { type FetchCall, fetchAttempt } from './fetch-attempt.ts';
import { createGuard } from './guard.ts';
import { type CallAuth, type GuardOptions, readCallAuth, type TokenSourceLike } from './guard-options.ts';

/** Where tokens may go, and what sends. */
export interface AuthFetchOptions extends GuardOptions {
  /**
   * What sends. Default: the global fetch of the moment in which `createAuthFetch` is called. It must return each answer: one that throws
   * for a status, as ky does without `throwHttpErrors: false`, hides the 401 that a renewal follows. For ky there is `bearerAuth()`.
   */
  fetch?: typeof fetch | undefined;
}

/** Fetch's own init, and what this call wants of its authorization. */
export interface AuthFetchInit extends RequestInit {
  /** `false`: send as it is, without a token. Otherwise whose token, and for which scopes. */
  auth?: false | CallAuth | undefined;
}

/** A fetch whose every request to the allowed origins bears a valid token. */
export type AuthFetch = (input: string | URL | Request, init?: AuthFetchInit) => Promise<Response>;

/**
 * Wraps fetch: same inputs, same outputs, same errors, and a header that cannot go missing. What cannot be
 * authorised is not sent: the promise rejects with a typed error.
 *
 * A response 401 to our own token renews it and sends the request once more; where a renewal cannot help, that
 * response comes back untouched. A body that can only be read once is never replayed, and neither is a request
 * that is not idempotent and was redirected: the server that redirected it may have acted on it.
 *
 * @throws {ConfigurationError} that names the option and the remedy
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
export function createAuthFetch(source: TokenSourceLike, options: AuthFetchOptions): AuthFetch {
  const guard = createGuard(source, options, OWNER);
  // Settled here, so that the global fetch may be replaced by what is made here.
  const { fetch: own, fetch = globalThis.fetch } = options;
  const send: FetchCall['send'] = (target, init) => fetch(target, init);
  return function authFetch(input, init) {
    try {
      const said = init ? plainInit(init) : undefined;
      const auth = readCallAuth(said?.auth, source);
      // Nobody behind this is to find it.
      if (said) delete said.auth;
      const given = readArguments(input, said);
      const { target, kept } = given;
      const resolved = typeof target === 'string' ? resolvedUrl(target) : target;
      if (auth === false) return send(resolved, given.init);
      // The runtime's own fetch refuses what is not a URL; another one may have a base of its own, which was not checked.
      if (own && typeof resolved === 'string' && !URL.canParse(resolved))
        throw invalidOption('input', NO_BASE);
      const call = { auth, replayed: false };
      return guard.send(fetchAttempt({ target: resolved, init: given.init, kept, call, send }));
    } catch (error) {
      // Where fetch rejects, this does not throw. An async function would live as long as the request.
      return Promise.reject(error);
    }
  };
}

const OWNER: OptionsOwner = {
  name: 'createAuthFetch()',
  options: { fetch: [(value) => typeof value === 'function', 'a function like the global fetch'] },
};

const NO_BASE = 'must be an absolute URL: nothing here says where a relative one leads. Nothing was sent.';

/** The URL as the platform resolves it: a page has a base, and `base` elements change it. */
function resolvedUrl(url: string): string {
  if (/^https?:\/\//i.test(url)) return url;
  const { document, location } = globalThis as {
    document?: { baseURI: string };
    location?: { href: string };
  };
  const base = document?.baseURI ?? location?.href;
  return base === undefined || !URL.canParse(url, base) ? url : new URL(url, base).href;
}
