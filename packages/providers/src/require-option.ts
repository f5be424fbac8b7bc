import { ConfigurationError } from '@everbearer/core';
import { isLoopback } from '@everbearer/core/contract';

/*
 * The checks at the door of every factory. What is wrong is named by its option, with what to write instead;
 * the value itself is never quoted, since secrets pass through here too.
 */

/** An object with members of its own, such as the options themselves. */
export function requireObject(option: string, value: unknown, example: string): void {
  if (typeof value === 'object' && value !== null) return;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` must be an object, not ${kindOf(value)}. Pass for instance ${example}.`,
  });
}

/** A text that is not empty and holds no line break or other control character. */
export function requireText(option: string, value: unknown, remedy: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    const fault = typeof value === 'string' ? 'is empty' : `must be a string, not ${kindOf(value)}`;
    throw new ConfigurationError({ option, message: `\`${option}\` ${fault}. ${remedy}` });
  }
  if (/\p{Cc}/u.test(value)) {
    throw new ConfigurationError({
      option,
      message: `\`${option}\` holds a line break or another control character. ${remedy}`,
    });
  }
  return value;
}

/** Scope tokens, each without spaces (RFC 6749 section 3.3). */
export function requireScopes(
  value: unknown,
  { mayBeEmpty = false }: { mayBeEmpty?: boolean } = {},
): readonly string[] {
  const advice = "Write one string for each scope, for instance scopes: ['Mail.Read', 'User.Read'].";
  if (!Array.isArray(value)) {
    throw new ConfigurationError({
      option: 'scopes',
      message: `\`scopes\` must be an array, not ${kindOf(value)}. ${advice}`,
    });
  }
  if (value.length === 0 && !mayBeEmpty)
    throw new ConfigurationError({ option: 'scopes', message: `\`scopes\` is empty. ${advice}` });
  for (const scope of value) {
    if (typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) continue;
    throw new ConfigurationError({
      option: 'scopes',
      message: `\`scopes\` holds an entry that is not a scope of its own. ${advice}`,
    });
  }
  return Object.freeze([...value]);
}

/** An absolute address without user information; `https:`, or `http:` on loopback. */
export function requireEndpoint(option: string, value: unknown, remedy: string): string {
  const text = requireText(option, value, remedy);
  const fault = endpointFault(text);
  if (fault) throw new ConfigurationError({ option, message: `\`${option}\` ${fault}. ${remedy}` });
  return text;
}

/** What makes an address unfit to receive secrets, in words that never quote it; undefined when it is fit. */
export function endpointFault(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'is not an absolute URL';
  }
  if (url.username || url.password) return 'holds user information, which does not belong into an address';
  if (url.hash) return 'holds a fragment';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined;
  return 'must be an https address; http is for loopback only';
}

/** A function, or nothing. */
export function allowFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` must be a function, not ${kindOf(value)}. Leave it out or pass one.`,
  });
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

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
