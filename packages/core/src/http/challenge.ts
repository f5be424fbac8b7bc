/** One challenge of a `WWW-Authenticate` header. */
export interface Challenge {
  /** In lower case, for instance `bearer`. */
  scheme: string;
  /** By name in lower case; of two of one name the first counts. Values are without their quotes. */
  params: Readonly<Record<string, string>>;
}

/** What stands between commas outside quotes. Each character begins one alternative alone, so that the time is linear. */
const PARTS = /(?:"(?:\\.|[^"\\])*"?|[^",])+/gs;
const SCHEME = /^([\w!#-'*+.^`|~-]+)(?:[ \t]+(.*))?$/s;
/** A name and its value, in quotes or bare; not the base64 with padding that some schemes carry in place of parameters. */
const PARAMETER = /^([^\s=]+)[ \t]*=(?!=*$)[ \t]*(?:"(.*)"|(.*))$/s;
const LONGEST_HEADER = 16_384;
const MOST_CHALLENGES = 32;

/**
 * Reads a `WWW-Authenticate` header in linear time: quoted and bare values, several challenges, and the
 * unquoted URLs that some servers send. What cannot be read is skipped; nothing throws.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string | null | undefined): Challenge[] {
  if (!header || header.length > LONGEST_HEADER) return [];
  const challenges: Challenge[] = [];
  let params: Record<string, string> | undefined;
  for (const part of header.match(PARTS) ?? []) {
    let text = part.trim();
    const [, scheme, rest = ''] = SCHEME.exec(text) ?? [];
    if (scheme && (!params || !PARAMETER.test(text))) {
      if (challenges.length === MOST_CHALLENGES) break;
      params = Object.create(null) as Record<string, string>;
      challenges.push({ scheme: scheme.toLowerCase(), params });
      text = rest;
    }
    const [, name, quoted, bare = ''] = PARAMETER.exec(text) ?? [];
    if (params && name) params[name.toLowerCase()] ??= quoted?.replace(/\\(.)/gs, '$1') ?? bare;
  }
  return challenges;
}

/** What a response says about the token that it rejected. */
export interface BearerChallenge {
  /** `invalid_token`, `insufficient_scope`, `insufficient_claims`, `insufficient_user_authentication`, … */
  error?: string | undefined;
  /** Scopes that would be needed (RFC 6750 section 3). */
  scopes?: readonly string[] | undefined;
  /** The authentication context classes of which one would do (RFC 9470 section 3), separated by spaces. */
  acrValues?: string | undefined;
  /** How old the sign-in may be, in seconds (RFC 9470 section 3). */
  maxAge?: number | undefined;
  /** Decoded JSON text of a claims challenge (continuous access evaluation). */
  claims?: string | undefined;
}

/**
 * The Bearer or DPoP challenge of a response, or undefined. Tells what a 401 or 403 asks for.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
export function bearerChallenge(response: { headers: Headers }): BearerChallenge | undefined {
  const bearers = parseChallenges(response.headers.get('www-authenticate'))
    .filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop')
    .map(({ params }) => params);
  const params = bearers.find(({ error }) => error) ?? bearers[0];
  if (!params) return undefined;
  const { error, scope, acr_values: acrValues, max_age: maxAge = '', claims } = params;
  return {
    error: error || undefined,
    scopes: scope ? scope.split(' ').filter(Boolean) : undefined,
    acrValues: acrValues || undefined,
    maxAge: /^\d{1,10}$/.test(maxAge) ? Number(maxAge) : undefined,
    claims: decodeClaims(claims),
  };
}

const LONGEST_CLAIMS = 8_192;

/** Base64 or base64url of a JSON object, at most 8 KiB; anything else is undefined. */
function decodeClaims(encoded = ''): string | undefined {
  if (encoded.length > LONGEST_CLAIMS) return undefined;
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(binary, (c) => c.charCodeAt(0)),
    );
    JSON.parse(text);
    return text.trimStart().startsWith('{') ? text : undefined;
  } catch {
    return undefined;
  }
}
