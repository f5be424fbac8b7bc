import { REFUSALS, Refusal } from './refusal.ts';
import type { IssuedRefreshToken } from './token-registry.ts';

/** What this server does with refresh tokens that are presented again. */
export interface RotationRules {
  /** Whether each refresh brings a new refresh token and spends the old one. Default true. */
  rotates: boolean;
  /** How long after it was redeemed a refresh token may be presented again, in milliseconds. Default 0: never. */
  graceMs: number;
  /** Within the grace, only the token redeemed last may be presented again, and only once. Default false. */
  previousOnly: boolean;
}

/** What presenting a refresh token means. */
export type Redemption = 'first' | 'graced' | 'reuse' | 'revoked' | 'expired';

/** What presenting this refresh token means. Changes nothing. */
export function judgeRedemption(
  presented: IssuedRefreshToken,
  rules: RotationRules,
  now: number,
): Redemption {
  const { family, redeemedAt } = presented;
  if (family.revokedAt !== undefined) return redeemedAt === undefined ? 'revoked' : 'reuse';
  if (now >= presented.expiresAt) return 'expired';
  if (redeemedAt === undefined || !rules.rotates) return 'first';
  const inTime = now - redeemedAt <= rules.graceMs && rules.graceMs > 0;
  const allowed = !rules.previousOnly || (family.lastRedeemed === presented && presented.replays === 0);
  return inTime && allowed ? 'graced' : 'reuse';
}

/** The refusal for a redemption that issues nothing. */
export function redemptionRefusal(redemption: 'reuse' | 'revoked' | 'expired'): Refusal {
  return new Refusal(redemption === 'expired' ? REFUSALS.expiredRefreshToken : REFUSALS.revokedRefreshToken);
}
