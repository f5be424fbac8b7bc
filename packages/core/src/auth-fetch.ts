import { ConfigurationError } from './errors.ts';
import { type Attempt, createGuard } from './guard.ts';
import type { CallAuth, GuardOptions, SourceOrFunction } from './guard-options.ts';
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
 * response comes back untouched. A body that can only be read once is never replayed.
 *
 * @throws {ConfigurationError} that names the option and the remedy
 * @see https://fetch.spec.whatwg.org/#fetch-method
 */
export function createAuthFetch(source: SourceOrFunction, options: AuthFetchOptions): AuthFetch {
  const guard = createGuard(source, options);
  if (options.fetch !== undefined && typeof options.fetch !== 'function') {
    throw new ConfigurationError('fetch', '`fetch` must be a function like the global fetch.');
  }
  const given = options.fetch;
  const send: typeof fetch = given
    ? (input, init) => given(input, init)
    : (input, init) => globalThis.fetch(input, init);

  return async function authFetch(input, init) {
    const request = typeof input === 'string' || input instanceof URL ? undefined : input;
    const plain = withoutAuth(init);
    const auth = checkedAuth(init?.auth, source);
    if (auth === false) return send(input, plain);

    const body = keptBody(plain?.body, request);
    let headers = settled(plain?.headers ?? request?.headers);
    // What is checked is what is sent, whatever becomes of the caller's URL object.
    const target = input instanceof URL ? input.href : input;
    let kept = headers !== undefined && plain?.headers ? { ...plain, headers } : plain;
    let sends = 0;
    const attempt: Attempt = {
      url: typeof target === 'string' ? target : target.url,
      method: plain?.method ?? request?.method ?? 'GET',
      authorization: headers === undefined ? null : readAuthorization(headers),
      signal: plain?.signal === null ? undefined : (plain?.signal ?? request?.signal),
      call: { auth, replayed: false },
      replayable: body.replayable,
      settle() {
        if (headers !== undefined) headers = copied(headers);
        if (kept) kept = { ...kept };
      },
      send(authorization) {
        const next = sends++ === 0 ? target : (body.spare ?? target);
        if (authorization === undefined) return send(next, kept);
        headers = withAuthorization(headers, authorization);
        kept = { ...kept, ...body.init, headers };
        return send(next, kept);
      },
    };
    try {
      return await guard.send(attempt);
    } finally {
      body.discard?.();
    }
  };
}

function withoutAuth(init: AuthFetchInit | undefined): RequestInit | undefined {
  if (!init || !('auth' in init)) return init;
  const { auth: _ours, ...plain } = init;
  return plain;
}

/** @throws {ConfigurationError} when it is neither `false` nor `{ account?, scopes? }`, or names an account in vain */
export function checkedAuth(auth: unknown, source: SourceOrFunction): false | CallAuth | undefined {
  if (auth === undefined || auth === false) return auth;
  const { account, scopes } = (auth ?? {}) as CallAuth;
  const wellFormed =
    typeof auth === 'object' &&
    auth !== null &&
    (account === undefined || typeof account === 'string') &&
    (scopes === undefined || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')));
  if (!wellFormed) {
    throw new ConfigurationError('auth', '`auth` must be false or { account?: string, scopes?: string[] }.');
  }
  if (account !== undefined && typeof source !== 'function') {
    throw new ConfigurationError(
      'auth.account',
      '`auth.account` was given, but the source holds one account. Pass a function instead, for instance (call) => accounts.for(call.account).',
    );
  }
  return auth as CallAuth;
}

/** Other iterables of pairs, which fetch takes too, can be read only once. */
function settled(headers: HeadersInit | undefined): HeadersInit | undefined {
  if (headers === undefined || isEntries(headers) || isHeaders(headers) || isPlain(headers)) return headers;
  return Symbol.iterator in headers ? [...(headers as Iterable<[string, string]>)] : headers;
}

/** Of this realm or another one. */
const isHeaders = (headers: HeadersInit): headers is Headers =>
  headers instanceof Headers || Object.prototype.toString.call(headers) === '[object Headers]';

function readAuthorization(headers: HeadersInit): string | null {
  if (isHeaders(headers)) return headers.get('authorization');
  if (isEntries(headers)) return headers.findLast(([name]) => isAuthorization(name))?.[1] ?? null;
  for (const name in headers)
    if (isAuthorization(name)) return (headers as Record<string, string>)[name] ?? null;
  return null;
}

const isAuthorization = (name: string | undefined) =>
  name?.length === 13 && name.toLowerCase() === 'authorization';

const isEntries = (headers: HeadersInit): headers is [string, string][] => Array.isArray(headers);

function copied(headers: HeadersInit): HeadersInit {
  if (isEntries(headers)) return headers.map(([name, value]) => [name, value]);
  return isPlain(headers) ? { ...headers } : new Headers(headers);
}

/** The headers with this `Authorization` (`null`: with none), never changing the caller's own object. */
function withAuthorization(headers: HeadersInit | undefined, authorization: string | null): HeadersInit {
  if (headers === undefined) return authorization === null ? {} : { authorization };
  if (isEntries(headers)) {
    const others = headers.filter(([name]) => !isAuthorization(name));
    return authorization === null ? others : [...others, ['authorization', authorization]];
  }
  if (!isPlain(headers)) {
    const copy = new Headers(headers);
    if (authorization === null) copy.delete('authorization');
    else copy.set('authorization', authorization);
    return copy;
  }
  const copy: Record<string, string> = { ...headers };
  for (const name in copy) if (isAuthorization(name)) delete copy[name];
  if (authorization !== null) copy['authorization'] = authorization;
  return copy;
}

function isPlain(headers: HeadersInit): headers is Record<string, string> {
  const prototype: unknown = Object.getPrototypeOf(headers);
  return prototype === Object.prototype || prototype === null;
}
