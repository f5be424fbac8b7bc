import type { Clock } from '../clock.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { Happening, RenewalReason } from '../events.ts';
import type { ServerClock } from '../memory/server-clock.ts';
import type { TokenMemory } from '../memory/token-memory.ts';
import type { CredentialStore } from '../record/record-store.ts';
import type { Seed } from '../seed/seed.ts';
import type { Commits } from './commit.ts';
import type { LeaseWatch } from './lease-watch.ts';
import type { RepairPause } from './repair-pause.ts';

/** Durations of the protocol, in milliseconds. */
export interface RenewalTiming {
  /** One request to the token endpoint. */
  requestTimeoutMs: number;
  /** How long a lease is good for: it must hold every try of one redemption. */
  leaseTtlMs: number;
  /** A whole renewal, waiting for others included. */
  renewalTimeoutMs: number;
  /** How often the store is looked at while the held token is good. */
  recheckMs: number;
  /** How long one call waits for a token endpoint that said "later". */
  maxWaitMs: number;
}

/** What every part of a renewal works with. One per token manager. */
export interface RenewalContext {
  readonly provider: TokenProvider;
  readonly account: string;
  readonly store: CredentialStore;
  readonly memory: TokenMemory;
  readonly leases: LeaseWatch;
  readonly commits: Commits;
  readonly seed: Seed;
  readonly repair: RepairPause;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly timing: RenewalTiming;
  readonly holder: string;
  /** In [0, 1). */
  random(): number;
  newId(): string;
  emit(happening: Happening): void;
  /** Ends every wait when the manager closes; a redemption under way goes on. */
  readonly closing: AbortSignal;
}

/** One renewal, shared by everybody who needs its result. */
export interface Flight {
  readonly scope: string;
  readonly scopes: readonly string[];
  /** The provider's own scopes: the refusal of these concerns the whole family. */
  readonly isDefault: boolean;
  readonly claims: string | undefined;
  readonly minLifeMs: number | undefined;
  /** The one token that will not do. */
  readonly avoid: string | undefined;
  readonly reason: RenewalReason;
  /** Nobody waits for it, so it may give up early and need not keep the process alive. */
  background: boolean;
}
