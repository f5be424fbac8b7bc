import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { endpointFault } from './endpoint-fault.ts';

/*
 * The checks of every factory's options. Each error names the option and says what to write instead. The value
 * itself is never quoted, because secrets pass through here too.
 */

/** An object: the options themselves, or an option that has members. */
export function requireObject(option: string, value: unknown, example: string): void {
  if (typeof value === 'object' && value !== null) return;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` must be an object, not ${kindOf(value)}. Pass for instance ${example}.`,
  });
}

/** An object all of whose members are known. `path` is the option it is the value of; default: the options themselves. */
export function requireMembers(
  owner: string,
  value: unknown,
  known: readonly string[],
  example: string,
  path?: string,
): void {
  requireObject(path ?? 'options', value, example);
  refuseUnknownOptions(value as object, known, owner, path === undefined ? '' : `${path}.`);
}

/** A string that is not blank and contains no line break or other control character. */
export function requireText(option: string, value: unknown, remedy: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    const fault = typeof value === 'string' ? 'is empty' : `must be a string, not ${kindOf(value)}`;
    throw new ConfigurationError({ option, message: `\`${option}\` ${fault}. ${remedy}` });
  }
  if (/\p{Cc}/u.test(value)) {
    throw new ConfigurationError({
      option,
      message: `\`${option}\` contains a line break or another control character. ${remedy}`,
    });
  }
  return value;
}

/**
 * Scope tokens, each without spaces.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export function requireScopes(
  value: unknown,
  { mayBeEmpty = false }: { mayBeEmpty?: boolean | undefined } = {},
): readonly string[] {
  const advice = "Write one string for each scope, for instance scopes: ['Mail.Read', 'User.Read'].";
  const fail = (fault: string): never => {
    throw new ConfigurationError({ option: 'scopes', message: `\`scopes\` ${fault}. ${advice}` });
  };
  if (!Array.isArray(value)) return fail(`must be an array, not ${kindOf(value)}`);
  if (value.length === 0 && !mayBeEmpty) fail('is empty');
  if (!value.every(isScope)) fail('contains an entry that is not a single scope');
  return Object.freeze([...value]);
}

const isScope = (value: unknown) => typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);

/** An absolute address without user information; `https:`, or `http:` on loopback. */
export function requireEndpoint(option: string, value: unknown, remedy: string): string {
  const text = requireText(option, value, remedy);
  const fault = endpointFault(text);
  if (fault) throw new ConfigurationError({ option, message: `\`${option}\` ${fault}. ${remedy}` });
  return text;
}

/** A function, or undefined. */
export function allowFunction<T>(option: string, value: T): T {
  if (value === undefined || typeof value === 'function') return value;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` must be a function, not ${kindOf(value)}. Leave it out or pass one.`,
  });
}

/**
 * The global `fetch`, as it is at the time of each request. Where a program has put `createAuthFetch` there, `auth: false` says
 * that the requests for tokens go without one; the platform's own does not know the word.
 */
export const globalFetch: typeof fetch = (input, init) => globalThis.fetch(input, { ...init, ...NO_TOKEN });

const NO_TOKEN: object = { auth: false };

/** The option `fetch`; without it {@link globalFetch}. */
export function fetchOrGlobal(given: typeof fetch | undefined): typeof fetch {
  allowFunction('fetch', given);
  return given ?? globalFetch;
}

/** One of a few words. */
export function requireOneOf<T extends string>(option: string, value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const known = words.map((word) => `'${word}'`).join(' or ');
  throw new ConfigurationError({
    option,
    message: `\`${option}\` is not one of the known words. Write ${known}.`,
  });
}

/** Grants that a provider can be made for. */
export type Grant = 'refresh_token' | 'client_credentials';

/** The option `grant`; default: on behalf of a person who signed in. */
export function grantOf(given: Grant | undefined): Grant {
  if (given === undefined) return 'refresh_token';
  return requireOneOf('grant', given, ['refresh_token', 'client_credentials']);
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
