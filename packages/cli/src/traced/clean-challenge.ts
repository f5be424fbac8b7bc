import { parseChallenges } from '@everbearer/core/adapter';
import { isWords } from './clean-url.ts';

/** Parameters whose values are for people, or name what is asked for. Of all others the name alone is kept. */
const KEPT = new Set([
  'realm',
  'error',
  'error_description',
  'error_uri',
  'scope',
  'acr_values',
  'max_age',
  'claims',
  'resource_metadata',
  'authorization_uri',
  'algs',
]);
const LONGEST_VALUE = 600;
const LONGEST_CLAIMS = 4_096;

/**
 * The challenges of a `WWW-Authenticate` header, written anew, without what could be secret.
 * @param token - what the request bore: a description may quote it
 */
export function cleanChallenge(header: string, token?: string | undefined): string | undefined {
  const cleaned = parseChallenges(header).map(({ scheme, params }) => {
    const named = Object.entries(params).map(
      ([name, value]) => `${name}="${cleanValue(name, value, token)}"`,
    );
    return [
      scheme === 'dpop' ? 'DPoP' : scheme.replace(/^./, (first) => first.toUpperCase()),
      named.join(', '),
    ]
      .filter(Boolean)
      .join(' ');
  });
  return cleaned.length > 0 ? cleaned.join(', ') : undefined;
}

function cleanValue(name: string, value: string, token: string | undefined): string {
  if (!KEPT.has(name)) return '…';
  if (name === 'claims') return isClaims(value) ? value : '…';
  return cleanWords(value, token).replaceAll('"', "'");
}

/** A claims challenge names what is wanted and when; it is no secret, and what to do depends on it. */
function isClaims(value: string): boolean {
  if (value.length > LONGEST_CLAIMS || !/^[\w+/=-]+$/.test(value)) return false;
  try {
    return typeof JSON.parse(Buffer.from(value, 'base64').toString('utf8')) === 'object';
  } catch {
    return false;
  }
}

/** A text of a server without the token, and without words that could be one. Addresses lose their query. */
export function cleanWords(text: string, token?: string | undefined): string {
  const without = token ? text.replaceAll(token, '…') : text;
  return without
    .slice(0, LONGEST_VALUE)
    .replace(/[^\s,;'"()<>]{12,}/g, (word) =>
      /^https?:\/\//.test(word) ? word.replace(/[?#].*/, '') : isPlain(word) ? word : '…',
    )
    .replace(/\p{Cc}/gu, ' ');
}

/** A scope such as `Mail.ReadWrite.Shared`, a code such as `AADSTS7000215:`, a date, a UUID, or an address of words. */
function isPlain(word: string): boolean {
  if (/^([A-Z]{2,10}\d{3,9}[.:]?|[\d.:TZ-]{1,24}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/.test(word))
    return true;
  return word.split(/[/:]+/).every((part) => part === '' || isWords(part.replace(/[.!?]$/, '')));
}
