/** One challenge of a `WWW-Authenticate` header. Parameter names are lower-case; of doubles the first counts. */
export interface Challenge {
  /** Lower-case, for instance `bearer`. */
  scheme: string;
  params: Readonly<Record<string, string>>;
}

/** What some schemes carry in place of parameters. */
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*$/;
const LONGEST_HEADER = 16 * 1024;
const MOST_CHALLENGES = 32;

/**
 * Reads a `WWW-Authenticate` header in linear time: quoted and bare values, several challenges, and the
 * unquoted URLs that some servers send. What makes no sense is passed over; nothing throws.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges(header: string | null | undefined): Challenge[] {
  if (!header || header.length > LONGEST_HEADER) return [];
  const challenges: Challenge[] = [];
  let params: Record<string, string> | undefined;
  for (const part of commaParts(header)) {
    const named = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:[ \t]+(.*))?$/s.exec(part);
    const startsChallenge = named && (!params || !/^[^\s=]+[ \t]*=/.test(part));
    if (startsChallenge) {
      if (challenges.length === MOST_CHALLENGES) break;
      params = Object.create(null) as Record<string, string>;
      challenges.push({ scheme: (named[1] as string).toLowerCase(), params });
    }
    const text = startsChallenge ? (named[2] ?? '') : part;
    if (params) addParam(params, text);
  }
  return challenges;
}

/** The parts between commas that stand outside quotes, trimmed. */
function* commaParts(header: string): Generator<string> {
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= header.length; i++) {
    const char = header[i];
    if (char === '"') quoted = !quoted;
    else if (char === '\\' && quoted) i++;
    else if (i === header.length || (char === ',' && !quoted)) {
      const part = header.slice(start, i).trim();
      start = i + 1;
      if (part) yield part;
    }
  }
}

function addParam(params: Record<string, string>, text: string): void {
  if (TOKEN68.test(text)) return;
  const equals = text.indexOf('=');
  if (equals < 1) return;
  const name = text.slice(0, equals).trim().toLowerCase();
  const raw = text.slice(equals + 1).trim();
  if (name in params) return;
  params[name] =
    raw.startsWith('"') && raw.endsWith('"') && raw.length > 1
      ? raw.slice(1, -1).replace(/\\(.)/gs, '$1')
      : raw;
}

/** What a refused response says about the token that it refused. */
export interface BearerChallenge {
  /** `invalid_token`, `insufficient_scope`, `insufficient_claims`, `insufficient_user_authentication`, … */
  error?: string;
  /** Scopes that would be needed (RFC 6750 section 3.1). */
  scopes?: readonly string[];
  /** What step-up authentication is needed (RFC 9470). */
  acrValues?: string;
  maxAge?: number;
  /** Decoded JSON text of a claims challenge (CAE). */
  claims?: string;
}

/**
 * The Bearer challenge of a response, or undefined. Tells what a 401 or 403 asks for.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
export function bearerChallenge(response: { headers: Headers }): BearerChallenge | undefined {
  const challenges = parseChallenges(response.headers.get('www-authenticate'));
  const bearers = challenges.filter(({ scheme }) => scheme === 'bearer');
  const params = (bearers.find(({ params }) => params['error']) ?? bearers[0])?.params;
  if (!params) return undefined;
  const maxAge = /^\d{1,10}$/.test(params['max_age'] ?? '') ? Number(params['max_age']) : undefined;
  const claims = decodeClaims(params['claims']);
  return {
    ...(params['error'] && { error: params['error'] }),
    ...(params['scope'] && { scopes: params['scope'].split(' ').filter(Boolean) }),
    ...(params['acr_values'] && { acrValues: params['acr_values'] }),
    ...(maxAge !== undefined && { maxAge }),
    ...(claims && { claims }),
  };
}

const LONGEST_CLAIMS = 8 * 1024;

/** Base64 or base64url of a JSON object, at most 8 KiB; anything else is undefined. */
function decodeClaims(encoded: string | undefined): string | undefined {
  if (!encoded || encoded.length > LONGEST_CLAIMS) return undefined;
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(binary, (c) => c.charCodeAt(0)),
    );
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : undefined;
  } catch {
    return undefined;
  }
}
