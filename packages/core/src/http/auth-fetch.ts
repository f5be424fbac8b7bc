import { ConfigurationError } from '../errors/configuration-error.ts';
import { readCallAuth } from './call-auth.ts';
import { plainInit, readInput } from './fetch-arguments.ts';
import { type Attempt, createGuard } from './guard.ts';
import type { CallAuth, GuardOptions, TokenSourceLike } from './guard-options.ts';
import { copiedHeaders, readAuthorization, settledHeaders, withAuthorization } from './header-init.ts';
import { keptBody } from './kept-body.ts';

export interface AuthFetchOptions extends GuardOptions {
  /** What sends. Default: the global fetch, looked up at each call. */
  fetch?: typeof fetch;
}

/** Fetch's own init, and what this call wants of its authorization. */
export interface AuthFetchInit extends RequestInit {
  /** `false`: send as it is, without a token. Otherwise whose token, and for which scopes. */
  auth?: false | CallAuth;
}

/** A fetch whose every request to the allowed origins bears a valid token. */
export type AuthFetch = (input: string | URL | Request, init?: AuthFetchInit) => Promise<Response>;

/**
 * Wraps fetch: same inputs, same outputs, same errors, and a header that cannot go missing. What cannot be
 * authorised is not sent: the promise rejects with a typed error.
 *
 * A response 401 to our own token renews it and sends the request once more; where a renewal cannot help, that
 * response comes back untouched. A body that can only be read once is never replayed, and neither is a request
 * that is not idempotent and was redirected: what answered first may have acted on it.
 *
 * @throws {ConfigurationError} that names the option and the remedy
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
export function createAuthFetch(source: TokenSourceLike, options: AuthFetchOptions): AuthFetch {
  const guard = createGuard(source, options);
  if (options.fetch !== undefined && typeof options.fetch !== 'function') {
    throw new ConfigurationError({
      option: 'fetch',
      message: '`fetch` must be a function like the global fetch.',
    });
  }
  const given = options.fetch;
  const send: typeof fetch = given
    ? (input, init) => given(input, init)
    : (input, init) => globalThis.fetch(input, init);

  function attemptOf(
    target: string | Request,
    plain: RequestInit | undefined,
    auth: CallAuth | undefined,
  ): Attempt {
    const request = typeof target === 'string' ? undefined : target;
    const body = keptBody(plain?.body, request);
    let headers = settledHeaders(plain?.headers ?? request?.headers);
    let kept = headers !== undefined && plain?.headers ? { ...plain, headers } : plain;
    let sends = 0;
    return {
      url: request ? request.url : (target as string),
      method: plain?.method ?? request?.method ?? 'GET',
      authorization: headers === undefined ? null : readAuthorization(headers),
      signal: plain?.signal === null ? undefined : (plain?.signal ?? request?.signal),
      call: { auth, replayed: false },
      replayable: body.replayable,
      settle() {
        if (headers !== undefined) headers = copiedHeaders(headers);
        if (kept) kept = { ...kept };
      },
      send(authorization) {
        const next = sends++ === 0 ? target : (body.spare ?? target);
        if (authorization === undefined) return send(next, kept);
        headers = withAuthorization(headers, authorization);
        kept = { ...kept, ...body.init, headers };
        return send(next, kept);
      },
      release: body.discard,
    };
  }

  return function authFetch(input, init) {
    try {
      // What is checked is what is sent, whatever becomes of the caller's URL object.
      const target = readInput(input);
      const plain = plainInit(init);
      const auth = readCallAuth(init?.auth, source);
      return auth === false ? send(target, plain) : guard.send(attemptOf(target, plain, auth));
    } catch (error) {
      // Where fetch rejects, this does not throw. An async function would live as long as the request.
      return Promise.reject(error);
    }
  };
}
