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
  /**
   * Whether a redeemed refresh token may also be presented again, however late, as long as none of the tokens that it brought
   * has been used. It brings others then, and the refresh token that it had brought dies. Default false.
   */
  graceUntilUsed: boolean;
  /**
   * What presenting a redeemed refresh token ends when nothing forgives it: `nothing`, its own `session`, or `every_session` of
   * that person at that client. Default its session.
   */
  replayEnds: 'nothing' | 'session' | 'every_session';
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
  if (rules.graceUntilUsed && !presented.isSuperseded) return 'graced';
  const inTime = now - redeemedAt <= rules.graceMs && rules.graceMs > 0;
  const allowed = !rules.previousOnly || (family.lastRedeemed === presented && presented.replays === 0);
  return inTime && allowed ? 'graced' : 'reuse';
}

/** How the server says that a refresh token is dead. */
export type DeadTokenAnswer = 'invalid_grant' | 'invalid_request' | 'empty';

/** The refusal for a redemption that issues nothing. */
export function redemptionRefusal(
  redemption: 'reuse' | 'revoked' | 'expired' | 'unknown',
  answer: DeadTokenAnswer,
): Refusal {
  if (answer === 'empty') return new Refusal(REFUSALS.wordless);
  if (answer === 'invalid_request') return new Refusal(REFUSALS.invalidRefreshToken);
  if (redemption === 'unknown') return new Refusal(REFUSALS.unknownGrantToken);
  return new Refusal(redemption === 'expired' ? REFUSALS.expiredRefreshToken : REFUSALS.revokedRefreshToken);
}
