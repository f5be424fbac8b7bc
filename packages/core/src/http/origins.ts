import { ConfigurationError } from '../errors/configuration-error.ts';

/** Where tokens may go: exact origins, or a function of the final URL of which only `true` allows. */
export type Origins = readonly string[] | ((url: URL) => boolean);

export interface OriginRules {
  origins: Origins;
  /** Allow `http:` beyond loopback, for clusters that end TLS elsewhere. Default false. */
  allowPlainHttp?: boolean | undefined;
}

/** `foreign`: may not carry a token. `outside`: not an HTTP address at all, so none of our business. */
export type Verdict = 'allowed' | 'foreign' | 'insecure' | 'outside';

/**
 * Compiles the rules into a check of final URLs. An exact origin in front of `/`, `?` or `#` settles the
 * common case without parsing.
 * @throws {ConfigurationError} when `origins` is missing, empty or holds anything but origins
 */
export function compileOrigins({ origins, allowPlainHttp = false }: OriginRules): (url: string) => Verdict {
  if (typeof origins !== 'function') requireList(origins);
  const exact = typeof origins === 'function' ? [] : origins.map((entry) => originOf(entry, allowPlainHttp));
  const prefixes = exact.map((origin) => `${origin}/`);
  const allows = typeof origins === 'function' ? origins : (url: URL) => exact.includes(url.origin);

  return (url) => {
    for (const prefix of prefixes) if (url.startsWith(prefix)) return 'allowed';
    let parsed: URL;
    try {
      parsed = new URL(url, (globalThis as { location?: { href: string } }).location?.href);
    } catch {
      return 'outside';
    }
    if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return 'outside';
    if (!isProtected(parsed, allowPlainHttp)) return 'insecure';
    return allows(parsed) === true ? 'allowed' : 'foreign';
  };
}

/** The origin of a URL for messages; never its path, query or user information. */
export function originForMessage(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return 'an address that is no URL';
  }
}

function requireList(origins: readonly string[]): void {
  if (!Array.isArray(origins) || origins.length === 0) {
    throw new ConfigurationError({
      option: 'origins',
      message:
        "`origins` must name where the token may go, for instance origins: ['https://graph.microsoft.com'].",
    });
  }
}

function originOf(entry: unknown, allowPlainHttp: boolean): string {
  const advice = "Write scheme, host and port alone, for instance 'https://graph.microsoft.com'.";
  if (typeof entry !== 'string') {
    throw new ConfigurationError({
      option: 'origins',
      message: `\`origins\` must hold strings, not ${typeof entry}. ${advice}`,
    });
  }
  let url: URL;
  try {
    url = new URL(entry);
  } catch {
    throw new ConfigurationError({
      option: 'origins',
      message: `\`origins\` holds an entry that is not a URL. ${advice}`,
    });
  }
  if (url.hostname.includes('*')) {
    throw new ConfigurationError({
      option: 'origins',
      message:
        '`origins` holds a wildcard, which names no origin. List each origin, or give a function (url) => boolean.',
    });
  }
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  if (!bare || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ConfigurationError({
      option: 'origins',
      message: `\`origins\` holds more or less than an origin: ${url.origin}. ${advice}`,
    });
  }
  if (!isProtected(url, allowPlainHttp)) {
    throw new ConfigurationError({
      option: 'origins',
      message: `\`origins\` holds ${url.origin}, which would carry the token unencrypted. Use https, or set allowPlainHttp: true where TLS ends elsewhere.`,
    });
  }
  return url.origin;
}

function isProtected(url: URL, allowPlainHttp: boolean): boolean {
  return url.protocol === 'https:' || allowPlainHttp || isLoopback(url.hostname);
}

/** 127.0.0.0/8, ::1 and localhost, as URL parsing spells them. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
