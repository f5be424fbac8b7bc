import { cleanWords } from '../traced/clean-challenge.ts';
import { tokenDates } from '../traced/token-dates.ts';
import type { Refusal } from './refusal.ts';

/** What a pasted token says of itself, if it is a JWT. Nothing is verified, and the token itself is left out. */
export function tokenClaims(
  token: string,
  now: number,
): Pick<Refusal, 'tokenAgeMs' | 'tokenLifeMs' | 'audience'> {
  const { issuedAt, expiresAt } = tokenDates(token);
  return {
    tokenAgeMs: issuedAt === undefined ? undefined : Math.max(0, now - issuedAt),
    tokenLifeMs: expiresAt === undefined ? undefined : expiresAt - now,
    audience: audienceOf(token),
  };
}

function audienceOf(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { aud } = JSON.parse(payload) as { aud?: unknown };
    return typeof aud === 'string' ? cleanWords(aud) : undefined;
  } catch {
    return undefined;
  }
}
