import type { Attempt } from './attempt.ts';
import { plainInit, readInput } from './fetch-arguments.ts';
import { createGuard } from './guard.ts';
import {
  type CallAuth,
  type GuardOptions,
  type OptionsOwner,
  readCallAuth,
  type TokenSourceLike,
} from './guard-options.ts';
import { copiedHeaders, readAuthorization, rereadableHeaders, withAuthorization } from './header-init.ts';
import { keptBody } from './kept-body.ts';

/** Where tokens may go, and what sends. */
export interface AuthFetchOptions extends GuardOptions {
  /** What sends. Default: the global fetch, looked up at each call. */
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
  const { fetch } = options;
  const send: Send = fetch
    ? (input, init) => fetch(input, init)
    : (input, init) => globalThis.fetch(input, init);
  return function authFetch(input, init) {
    try {
      // What is checked is what is sent, whatever becomes of the caller's URL object.
      const target = readInput(input);
      const plain = plainInit(init);
      const auth = readCallAuth(init?.auth, source);
      return auth === false ? send(target, plain) : guard.send(attemptOf(target, plain, auth, send));
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

type Send = (input: string | Request, init: RequestInit | undefined) => Promise<Response>;

function attemptOf(
  target: string | Request,
  plain: RequestInit | undefined,
  auth: CallAuth | undefined,
  send: Send,
): Attempt {
  const request = typeof target === 'string' ? undefined : target;
  const body = keptBody(plain?.body, request);
  let headers = rereadableHeaders(plain?.headers ?? request?.headers);
  let kept = headers !== undefined && plain?.headers ? { ...plain, headers } : plain;
  let sends = 0;
  return {
    url: request ? request.url : (target as string),
    method: plain?.method ?? request?.method ?? 'GET',
    authorization: headers === undefined ? null : readAuthorization(headers),
    signal: plain?.signal === null ? undefined : (plain?.signal ?? request?.signal),
    call: { auth, replayed: false },
    replayable: body.replayable,
    snapshot() {
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
    discard: body.discard,
  };
}
