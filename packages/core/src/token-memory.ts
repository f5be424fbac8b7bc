import type { Clock } from './clock.ts';
import type { CredentialRecord, StoredAccessToken } from './credential-record.ts';
import { relationOf } from './decisions.ts';
import { AccessToken } from './token.ts';
import { renewalFloorMs, timingOf } from './token-timing.ts';

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

/** How a token came here, where this process itself received it. */
export interface Receipt {
  audience: string;
  bornOfRejection: boolean;
  claims: string | undefined;
}

export interface MemoryOptions {
  clock: Clock;
  softMarginMs?: number | undefined;
  hardMarginMs?: number | undefined;
  /** This process's own draw in [0, 1). */
  share: number;
  /** Whether the store keeps what it was given. */
  durable: boolean;
}

const MOST_REJECTED = 64;

/**
 * What this process knows: the newest record it saw or made, and the tokens in use. The header and `state`
 * both come from here, so they cannot disagree.
 */
export interface TokenMemory {
  readonly known: CredentialRecord | undefined;
  /** How long the last renewal by this process took. */
  renewalMs: number;
  held(audience: string): HeldToken | undefined;
  /**
   * Takes over a record, unless what is known is newer: answers of the store may overtake one another. Returns
   * whether it brought a token that was not held.
   */
  adopt(record: CredentialRecord, receipt?: Receipt): boolean;
  forget(): void;
  reject(text: string): void;
  ageOf(held: HeldToken): number;
  remember(): Remembered;
}

/** What a memory leaves to its successor. */
export interface Remembered {
  known: CredentialRecord | undefined;
  slots: ReadonlyMap<string, HeldToken>;
  rejected: readonly string[];
}

export function createTokenMemory(
  { clock, softMarginMs, hardMarginMs, share, durable }: MemoryOptions,
  remembered?: Remembered,
): TokenMemory {
  let known = remembered?.known;
  let slots = new Map(remembered?.slots);
  const rejected = new Set(remembered?.rejected);

  function hold(stored: StoredAccessToken, receipt: Receipt | undefined): HeldToken {
    const wall = clock.now();
    const lifeMs = stored.expiresAt === undefined ? undefined : stored.expiresAt - stored.obtainedAt;
    const renewAgeMs = stored.renewAt === undefined ? undefined : stored.renewAt - stored.obtainedAt;
    const margins = { softMarginMs, hardMarginMs, share, renewalMs: memory.renewalMs };
    return {
      token: new AccessToken(stored),
      text: stored.token,
      lifeMs,
      baseAgeMs: receipt ? 0 : Math.max(0, wall - stored.obtainedAt),
      wall,
      monotonic: clock.monotonic(),
      ...timingOf(lifeMs, renewAgeMs, margins),
      bornOfRejection: receipt?.bornOfRejection ?? false,
      claims: receipt?.claims,
      rejected: rejected.has(stored.token),
    };
  }

  const memory: TokenMemory = {
    renewalMs: 0,
    get known() {
      return known;
    },
    held: (audience) => slots.get(audience),
    adopt(record, receipt) {
      if (relationOf(record, known, durable) === 'went_back') return false;
      const next = new Map<string, HeldToken>();
      let brought = false;
      for (const [audience, stored] of Object.entries(record.accessTokens)) {
        const before = slots.get(audience);
        const same = before?.text === stored.token;
        if (!same) brought = true;
        next.set(
          audience,
          same ? before : hold(stored, receipt?.audience === audience ? receipt : undefined),
        );
      }
      known = record;
      slots = next;
      return brought;
    },
    forget() {
      known = undefined;
      slots = new Map();
    },
    reject(text) {
      rejected.add(text);
      for (const held of slots.values()) if (held.text === text) held.rejected = true;
      if (rejected.size > MOST_REJECTED) rejected.delete(rejected.values().next().value as string);
    },
    remember: () => ({ known, slots, rejected: [...rejected] }),
    // The monotonic clock may stand still while the machine sleeps, the wall clock may be set back: the larger counts.
    ageOf: (held) => held.baseAgeMs + Math.max(clock.monotonic() - held.monotonic, clock.now() - held.wall),
  };
  return memory;
}

/** What an ask demands of a held token. */
export interface Demand {
  /** The one token that will not do. */
  avoid?: string | undefined;
  claims?: string | undefined;
  minLifeMs?: number | undefined;
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
  const minLifeMs = demand.minLifeMs ?? 0;
  if (held.lifeMs !== undefined && minLifeMs > 0 && held.lifeMs - ageMs < minLifeMs) return 'unusable';
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
