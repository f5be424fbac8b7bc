import type { JsonObject } from '../wire/json-object.ts';

/** Makes the error for something that cannot be used; `what` names it and never quotes it. */
export type Damaged = (what: string) => Error;

/** An own member: what an object inherits is not in the file. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A text of reasonable length without control characters, for names and ids. */
export function nameIn(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' && /^[^\p{Cc}]{1,1024}$/u.test(value) ? value : undefined;
}

/** An access token as a header can carry it; undefined if it is absent, null if it is not one. */
export function accessTokenIn(object: JsonObject, name: string): string | null | undefined {
  return tokenIn(object, name, /^[\x21-\x7e]{1,16384}$/);
}

/** Of a refresh token as JSON: core keeps no longer one. */
const LONGEST_REFRESH_TOKEN = 32 * 1024;

/**
 * A refresh token as its grammar allows it; undefined if it is absent, null if it is not one, or too long to be kept.
 * @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.17
 */
export function refreshTokenIn(object: JsonObject, name: string): string | null | undefined {
  const token = tokenIn(object, name, /^[\x20-\x7e]+$/);
  return token && JSON.stringify(token).length > LONGEST_REFRESH_TOKEN ? null : token;
}

function tokenIn(object: JsonObject, name: string, grammar: RegExp): string | null | undefined {
  const value = member(object, name);
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' && grammar.test(value) ? value : null;
}

/** An instant in milliseconds; the file has it in seconds since the epoch, as a number or a text. */
export function instantIn(object: JsonObject, name: string): number | undefined {
  const value = member(object, name);
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds < 1e11)) return undefined;
  return Math.floor(seconds * 1000);
}

/** A date and a time with their zone; fractions of a second of any length. A text without a zone tells no instant. */
const ZONED = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:(\.\d{1,3})\d*)?(Z|[+-]\d{2}:\d{2})$/i;

/** How often each key occurs. */
export function countsOf<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

/** An instant in milliseconds; the file has it in seconds or milliseconds since the epoch, or as a date with its zone. */
export function momentIn(object: JsonObject, name: string): number | undefined {
  const value = member(object, name);
  const [, date, time, fraction = '', zone] = typeof value === 'string' ? (ZONED.exec(value) ?? []) : [];
  const instant = Date.parse(`${date}T${time}${fraction}${zone}`.toUpperCase());
  // Go writes the year 1 for none.
  if (instant > 0) return instant;
  return typeof value === 'number' && value >= 1e11 && value < 1e14
    ? Math.floor(value)
    : instantIn(object, name);
}

/** Scopes, from one text or from a list. */
export function scopesIn(object: JsonObject, name: string): string[] {
  const value = member(object, name);
  const texts: unknown[] = typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value : [];
  return texts.filter(
    (text): text is string => typeof text === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/.test(text),
  );
}

const PROTOCOL_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

/** Scopes that name a resource. The others are asked for by every sign-in anyway. */
export function resourceScopes(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].filter((scope) => !PROTOCOL_SCOPES.has(scope));
}
