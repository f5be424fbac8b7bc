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
  /** The claims challenge it was issued for. */
  readonly claims: string | undefined;
  /** A resource server rejected it: never handed out again. */
  rejected: boolean;
}

/** What an ask demands of a held token. */
export interface Demand {
  /** The one token that will not do. */
  avoid?: string | undefined;
  claims?: string | undefined;
  minLifeMs?: number | undefined;
}

const NOTHING_MORE: Demand = {};

export function demandOf(ask: TokenAsk | undefined): Demand {
  return ask ? { avoid: ask.rejected, claims: ask.claims, minLifeMs: ask.minLifeMs } : NOTHING_MORE;
}

/** How far a held token answers a demand: `expiring` is usable and wants renewal, `unusable` is not. */
export function assess(
  held: HeldToken | undefined,
  ageMs: number,
  demand: Demand,
): 'fresh' | 'expiring' | 'unusable' {
  if (!held || held.rejected || held.text === demand.avoid) return 'unusable';
  if (demand.claims !== undefined && held.claims !== demand.claims) return 'unusable';
  if (ageMs >= held.expiredAgeMs) return 'unusable';
  const { minLifeMs = 0 } = demand;
  const isShort = minLifeMs > 0 && held.lifeMs !== undefined && held.lifeMs - ageMs < minLifeMs;
  // A token that was only just obtained has all the life that can be had.
  if (isShort && ageMs >= renewalFloorMs(held.lifeMs)) return 'unusable';
  return ageMs >= held.expiringAgeMs ? 'expiring' : 'fresh';
}

/**
 * Whether a 401 is the resource server's own verdict: the refused token was itself born of a rejection, or
 * of these very claims, only a moment ago. Another renewal would be a storm.
 */
export function isOwnVerdict(held: HeldToken, sinceReceiptMs: number, claims: string | undefined): boolean {
  if (sinceReceiptMs >= renewalFloorMs(held.lifeMs)) return false;
  return claims === undefined ? held.bornOfRejection : held.claims === claims;
}

/**
 * Whether a whole life went by since the token came here. One that is only just received is used even if its answer
 * took longer than that: nobody knows when the server made it.
 */
export function isOutlived({ lifeMs, baseAgeMs }: HeldToken, ageMs: number): boolean {
  return lifeMs !== undefined && ageMs - baseAgeMs >= lifeMs;
}
