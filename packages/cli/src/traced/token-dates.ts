/** What a token says of itself, if it is a JWT. Milliseconds since 1970. Nothing is verified. */
export interface TokenDates {
  issuedAt?: number | undefined;
  expiresAt?: number | undefined;
}

const LONGEST = 16_384;

/** @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1 */
export function tokenDates(token: string): TokenDates {
  const [, payload, signature] = token.split('.', 3);
  if (!payload || signature === undefined || payload.length > LONGEST) return {};
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
    return { issuedAt: instant(claims['iat']), expiresAt: instant(claims['exp']) };
  } catch {
    return {};
  }
}

function instant(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds > 0 && seconds < 1e11 ? seconds * 1_000 : undefined;
}
