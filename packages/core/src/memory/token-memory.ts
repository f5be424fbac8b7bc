import type { Clock } from '../clock.ts';
import type { CredentialRecord, StoredAccessToken } from '../record/credential-record.ts';
import { relationOf } from '../record/record-relation.ts';
import { knownAfter } from '../record/record-transitions.ts';
import { type DpopProver, receivedToken } from '../token.ts';
import { createGlance, type Glance } from './glance.ts';
import { assess, type Demand, type Freshness, type HeldToken } from './held-token.ts';
import { createPauseWatch, type Paused, pauseLeftMs } from './pause-watch.ts';
import type { ServerClock } from './server-clock.ts';
import { type MarginOptions, timingOf } from './token-timing.ts';

/** How a token came here, where this process itself received it. */
export interface Receipt {
  scope: string;
  claims: string | undefined;
}

export interface MemoryOptions {
  clock: Clock;
  serverClock: ServerClock;
  margins?: Pick<MarginOptions, 'softMarginMs' | 'hardMarginMs'> | undefined;
  /** This process's own draw in [0, 1). */
  share: number;
  /** Whether the store keeps what it was given. */
  durable: boolean;
  /** Of the provider: makes what proves possession of a token's key. */
  prover?: ((accessToken: string, dpopKey: string) => DpopProver) | undefined;
}

const MOST_REJECTED = 64;

/**
 * What this process knows: the newest record it saw or made, and the tokens in use. The header and `state`
 * both come from here, so they cannot disagree.
 */
export interface TokenMemory {
  readonly known: CredentialRecord | undefined;
  /**
   * The newest record that was ever known here: `known`, or, while the store shows none, the one known before. What the
   * store shows next is compared with it, so that an absence is not taken for a new beginning.
   */
  readonly newest: CredentialRecord | undefined;
  /** How long the last renewal by this process took. */
  renewalMs: number;
  held(scope: string): HeldToken | undefined;
  /**
   * Takes over a record, unless what was known is newer: answers of the store may overtake one another. Returns
   * whether it brought a token that was not held.
   */
  adopt(record: CredentialRecord, receipt?: Receipt): boolean;
  /** The store shows no record: nothing of what is known is used, and nothing is forgotten. */
  setAside(): void;
  /** How much is left of the pause in the known record, in milliseconds: 0 where there is none, or when it is over. */
  readonly pauseLeftMs: number;
  /** The same of any pause, as of a refusal that the newest record keeps. */
  leftOf(pause: Paused | undefined): number;
  reject(text: string): void;
  /** How far the token that is held for this scope satisfies a demand. */
  freshness(scope: string, demand: Demand): Freshness;
  /** `now`: a reading of the monotonic clock. */
  ageOf(held: HeldToken, now?: number): number;
  /** The tokens of the newest record, by scope. */
  slots(): ReadonlyMap<string, HeldToken>;
  /** Since when each pause in the newest record has stood there: see `PauseWatch`. */
  readonly pausedSince: ReadonlyMap<string, number>;
  /** The tokens that resource servers rejected. */
  readonly rejected: ReadonlySet<string>;
  /** The default token, while what is known of it was looked at a moment ago. Whatever changes here ends it. */
  readonly glance: Glance;
}

/** What a memory leaves to its successor. */
export interface Remembered {
  known: CredentialRecord;
  /** That of the known record in the store, where it was seen there. It may be another by now. */
  version?: string | undefined;
  /** Since when, and how, the tokens of the known record are held here. */
  since: readonly (readonly [scope: string, since: Since])[];
  rejected: readonly string[];
  /** The store showed no record. */
  isAside: boolean;
  /** Since when each pause in the known record has stood there. */
  pausedSince: readonly (readonly [pause: string, since: number])[];
}

/** Since when, and how, a token is held here. */
export type Since = Pick<
  HeldToken,
  'baseAgeMs' | 'wall' | 'monotonic' | 'bornOfRejection' | 'timesAgain' | 'claims'
>;

export function createTokenMemory(
  { clock, serverClock, margins, share, durable, prover }: MemoryOptions,
  remembered?: Remembered,
): TokenMemory {
  let newest: CredentialRecord | undefined;
  let isAside = false;
  let slots = new Map<string, HeldToken>();
  const rejected = new Set(remembered?.rejected);
  const pauses = createPauseWatch(clock, remembered?.pausedSince);
  const glance = createGlance(clock);

  function hold(stored: StoredAccessToken, since: Since): HeldToken {
    const { token, tokenType, dpopKey, expiresAt, scopes } = stored;
    const dpop = dpopKey === undefined ? undefined : prover?.(token, dpopKey);
    const lifeMs = expiresAt === undefined ? undefined : expiresAt - stored.obtainedAt;
    const renewAgeMs = stored.renewAt === undefined ? undefined : stored.renewAt - stored.obtainedAt;
    return {
      token: receivedToken({ token, tokenType, dpop, expiresAt, scopes }),
      text: token,
      lifeMs,
      ...since,
      ...timingOf(lifeMs, renewAgeMs, { ...margins, share, renewalMs: memory.renewalMs }),
      isRejected: rejected.has(stored.token),
    };
  }

  function fromNow(
    stored: StoredAccessToken,
    receipt: Receipt | undefined,
    before: HeldToken | undefined,
  ): Since {
    const isAgain = receipt !== undefined && before?.text === stored.token;
    // The server issued this token again when asked for another: it is good, and what was rejected is the request.
    if (isAgain) rejected.delete(stored.token);
    return {
      baseAgeMs: receipt ? Math.max(0, clock.now() - stored.obtainedAt) : serverClock.ageOf(stored),
      wall: clock.now(),
      monotonic: clock.monotonic(),
      bornOfRejection: stored.bornOfRejection ?? false,
      timesAgain: isAgain ? (before?.timesAgain ?? 0) + 1 : 0,
      claims: receipt?.claims,
    };
  }

  const memory: TokenMemory = {
    renewalMs: 0,
    get known() {
      return isAside ? undefined : newest;
    },
    get newest() {
      return newest;
    },
    get pauseLeftMs() {
      return memory.leftOf(memory.known);
    },
    leftOf: (pause) =>
      pause ? pauseLeftMs({ ...pause, unchangedMs: pauses.seenMs(pause), now: clock.now() }) : 0,
    held: (scope) => (isAside ? undefined : slots.get(scope)),
    adopt(record, receipt) {
      glance.forget();
      if (relationOf(record, newest, durable) === 'went_back') return false;
      const next = new Map<string, HeldToken>();
      let brought = false;
      for (const [scope, stored] of Object.entries(record.accessTokens)) {
        const before = slots.get(scope);
        const received = receipt?.scope === scope ? receipt : undefined;
        // Some servers hand out the same token again, with more life.
        const same = before?.text === stored.token && before.token.expiresAt === stored.expiresAt;
        if (!same) brought = true;
        next.set(scope, same && !received ? before : hold(stored, fromNow(stored, received, before)));
      }
      newest = knownAfter(record, newest);
      isAside = false;
      slots = next;
      pauses.note(record);
      return brought;
    },
    setAside() {
      glance.forget();
      isAside = true;
    },
    reject(text) {
      glance.forget();
      rejected.add(text);
      for (const held of slots.values()) if (held.text === text) held.isRejected = true;
      if (rejected.size > MOST_REJECTED) rejected.delete(rejected.values().next().value as string);
    },
    freshness(scope, demand) {
      const held = memory.held(scope);
      return assess(held, held ? memory.ageOf(held) : 0, demand);
    },
    slots: () => slots,
    get pausedSince() {
      return pauses.since;
    },
    rejected,
    glance,
    // The monotonic clock may stand still while the machine sleeps, the wall clock may be set back: the larger counts.
    ageOf: (held, now = clock.monotonic()) =>
      held.baseAgeMs + Math.max(now - held.monotonic, clock.now() - held.wall),
  };
  if (remembered) wake(remembered);
  return memory;

  function wake({ known, since, ...then }: Remembered): void {
    newest = known;
    isAside = then.isAside;
    for (const [scope, held] of since) {
      const stored = known.accessTokens[scope];
      if (stored) slots.set(scope, hold(stored, held));
    }
  }
}
