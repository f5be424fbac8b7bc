import { invalidOption } from '../check-option.ts';
import { atOnce, NOTHING_SENT } from './at-once.ts';
import type { GuardOptions, Origins } from './guard-options.ts';

/** What the rules about origins say of a URL. */
export type OriginStanding =
  | 'allowed'
  /** No token may go there. */
  | 'foreign'
  /** No token may go there, since it would go unencrypted. */
  | 'insecure'
  /** Not an HTTP address, so the guard leaves it alone. */
  | 'outside';

/**
 * Compiles the rules into a check of final URLs. An exact origin in front of `/`, `?` or `#` settles the
 * common case without parsing.
 * @throws {ConfigurationError} when `origins` is missing, empty or holds anything but origins
 */
export function compileOrigins(rules: OriginRules): (url: string) => OriginStanding {
  const origins = checkedOrigins(rules);
  const { allowPlainHttp = false } = rules;
  const isList = typeof origins !== 'function';
  const exact = isList ? origins : [];
  const prefixes = exact.map((origin) => `${origin}/`);
  const allows = isList ? (url: URL) => exact.includes(url.origin) : origins;

  return (url) => {
    for (const prefix of prefixes) if (url.startsWith(prefix)) return 'allowed';
    const parsed = URL.parse(url);
    if (!parsed || !isHttp(parsed)) return 'outside';
    if (!isProtected(parsed, allowPlainHttp)) return 'insecure';
    return allows(parsed) === true ? 'allowed' : 'foreign';
  };
}

type OriginRules = Pick<GuardOptions, 'origins' | 'allowPlainHttp'>;

/**
 * The origins as URLs spell them; a function as it is.
 * @throws {ConfigurationError} when a list is empty or holds anything but origins
 */
export function checkedOrigins({ origins, allowPlainHttp = false }: OriginRules): Origins {
  if (typeof origins === 'function') return origins;
  return origins.map((entry, index) => originOf(entry, index, allowPlainHttp));
}

/**
 * The origins, with a function wrapped so that it answers or fails with a typed error: a promise would silently allow
 * nothing.
 * @throws {ConfigurationError} the function, when it throws or returns a promise
 */
export function answeringOrigins(origins: Origins): Origins {
  if (typeof origins !== 'function') return origins;
  return (url) => atOnce('origins', NOTHING_SENT, () => origins(url));
}

/** The origin of a URL for messages; never its path, query or user information. */
export function originForMessage(url: string): string {
  return URL.parse(url)?.origin ?? 'an invalid URL';
}

function originOf(entry: unknown, index: number, allowPlainHttp: boolean): string {
  const url = typeof entry === 'string' ? URL.parse(entry) : null;
  const isOrigin = url !== null && isBare(url);
  if (isOrigin && isProtected(url, allowPlainHttp)) return url.origin;
  const words = isOrigin
    ? 'would carry the token unencrypted. Use https, or set `allowPlainHttp: true` where TLS ends elsewhere.'
    : 'is not scheme, host and port alone. For patterns, use a function (url) => boolean.';
  throw invalidOption('origins', `[${index}] ${words}`);
}

/** Whether a URL is an origin alone: without path, query, user information or wildcard. */
function isBare(url: URL): boolean {
  return isHttp(url) && url.href === `${url.origin}/` && !url.hostname.includes('*');
}

/** Whether requests go there by http or https. */
export function isHttp({ protocol }: URL): boolean {
  return /^https?:$/.test(protocol);
}

function isProtected(url: URL, allowPlainHttp: boolean): boolean {
  return url.protocol === 'https:' || allowPlainHttp || isLoopback(url.hostname);
}

/** 127.0.0.0/8, ::1 and localhost, as URL parsing spells them. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname);
}
