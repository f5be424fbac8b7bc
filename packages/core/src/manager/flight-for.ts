import type { RenewalReason } from '../events.ts';
import type { Flight } from '../renewal/renewal-context.ts';
import type { TokenAsk } from '../token.ts';
import type { HeldToken } from '../memory/token-memory.ts';

/** Nobody waits for these. */
const BACKGROUND: ReadonlySet<RenewalReason> = new Set(['expiring', 'seeded', 'interrupted']);

interface FlightPlan {
  audience: string;
  isDefault: boolean;
  ask: TokenAsk;
  avoid: string | undefined;
  reason: RenewalReason;
  /** What an ask without scopes means. */
  scopes: readonly string[];
}

/** The renewal that answers an ask. */
export function flightFor({ audience, isDefault, ask, avoid, reason, scopes }: FlightPlan): Flight {
  const { claims, minLifeMs } = ask;
  const background = BACKGROUND.has(reason);
  return { audience, scopes: ask.scopes ?? scopes, isDefault, claims, minLifeMs, avoid, reason, background };
}

/** Why an ask that the held token does not answer begins a renewal. */
export function reasonFor(held: HeldToken | undefined, ask: TokenAsk): RenewalReason {
  if (ask.claims !== undefined) return 'claims';
  if (ask.rejected !== undefined || held?.rejected) return 'rejected';
  return held ? 'expired' : 'missing';
}
