import type { AccessToken, TokenAsk } from '../token.ts';
import { renewalFloorMs } from './token-timing.ts';

/** An access token in use, with the clock readings that tell its age. */
export interface HeldToken {
  readonly token: AccessToken;
  readonly text: string;
  readonly lifeMs: number | undefined;
  /** Its age when this process got it, and the two clocks at that moment. */
  readonly baseAgeMs: number;
  readonly wall: number;
  readonly monotonic: number;
  readonly expiringAgeMs: number;
  readonly expiredAgeMs: number;
  /** It replaced a token that a resource server had rejected. */
  readonly bornOfRejection: boolean;
  /** How often in a row the token endpoint handed it out again. */
  readonly timesAgain: number;
  /** The claims challenge it was issued for. */
  readonly claims: string | undefined;
  /** A resource server rejected it: never handed out again. */
  isRejected: boolean;
}

/** What a token must satisfy: the part of an ask that concerns the token itself. */
export type Demand = Pick<TokenAsk, 'rejected' | 'claims' | 'minLifeMs'>;

/** `expiring` is usable and due for renewal, `unusable` is not usable. */
export type Freshness = 'fresh' | 'expiring' | 'unusable';

/** How far a held token of this age satisfies a demand. */
export function assess(held: HeldToken | undefined, ageMs: number, demand: Demand): Freshness {
  if (!held || held.isRejected || held.text === demand.rejected) return 'unusable';
  if (demand.claims !== undefined && held.claims !== demand.claims) return 'unusable';
  if (ageMs >= held.expiredAgeMs) return 'unusable';
  const { minLifeMs = 0 } = demand;
  const isShort = minLifeMs > 0 && held.lifeMs !== undefined && held.lifeMs - ageMs < minLifeMs;
  // A token that was obtained just now lives as long as any the server would issue.
  if (isShort && ageMs >= renewalFloorMs(held.lifeMs)) return 'unusable';
  return ageMs >= held.expiringAgeMs ? 'expiring' : 'fresh';
}

/** After this, a rejection no longer counts as the resource server's own verdict. */
const LONGEST_TRUST_MS = 5 * 60_000;

/**
 * Whether another renewal cannot help after a 401: the rejected token itself replaced a rejected one, or was issued for
 * these very claims, only a moment ago. Renewing again would be a storm. A token that the server hands out again and again
 * is asked about ever more seldom.
 */
export function isFinalRejection(
  held: HeldToken,
  sinceReceiptMs: number,
  claims: string | undefined,
): boolean {
  const trustMs = renewalFloorMs(held.lifeMs) * 2 ** Math.min(held.timesAgain, 10);
  if (sinceReceiptMs >= Math.min(trustMs, LONGEST_TRUST_MS)) return false;
  return claims === undefined ? held.bornOfRejection : held.claims === claims;
}

/**
 * Whether a token's whole life has passed since it came here. One that has only just been received is used even if the
 * answer took longer than that: how much of its life the way here took cannot be known.
 */
export function isOutlived({ lifeMs, baseAgeMs }: HeldToken, ageMs: number): boolean {
  return lifeMs !== undefined && ageMs - baseAgeMs >= lifeMs;
}
