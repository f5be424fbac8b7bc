import type { WholeClock } from '../clock.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { Happening, RenewalReason } from '../events.ts';
import type { Demand, HeldToken } from '../memory/held-token.ts';
import type { ServerClock } from '../memory/server-clock.ts';
import type { TokenMemory } from '../memory/token-memory.ts';
import type { StoredRecord } from '../record/record-store.ts';
import type { OpenSeed, SeedCredential } from '../seed/seed.ts';
import type { BoundedStore } from './bounded-store.ts';
import type { Commits } from './commit.ts';
import type { EndpointWait } from './endpoint-wait.ts';
import type { LeaseWatch } from './lease-watch.ts';
import type { RefusalMemory } from './refusal-memory.ts';
import type { RepairPause } from './repair-pause.ts';

/** The durations of the protocol, in milliseconds: `TimingOptions` with the defaults filled in. */
export interface RenewalTiming {
  requestTimeoutMs: number;
  leaseTtlMs: number;
  renewalTimeoutMs: number;
  recheckMs: number;
  maxWaitMs: number;
}

/** What the parts of a renewal work with; each takes the members that it needs. One per token manager. */
export interface RenewalContext {
  readonly provider: TokenProvider;
  readonly account: string;
  readonly store: BoundedStore;
  readonly memory: TokenMemory;
  readonly leases: LeaseWatch;
  readonly commits: Commits;
  /** Undefined where the manager has no seed. */
  readonly seed: SeedInUse | undefined;
  readonly repair: RepairPause;
  readonly refusals: RefusalMemory;
  readonly clock: WholeClock;
  readonly serverClock: ServerClock;
  readonly timing: RenewalTiming;
  readonly endpointWait: EndpointWait;
  /** Names this process in a lease. */
  readonly holder: string;
  newId(): string;
  /** @param token - the access token that it is about: the event has its fingerprint */
  emit(happening: Happening, token?: string): void;
  /** Ends every wait when the manager closes; a redemption under way goes on. */
  readonly closing: AbortSignal;
}

/** A seed, and how it becomes a session. The code comes with the seed, so programs without a seed do not carry it. */
export interface SeedInUse extends OpenSeed {
  importSeed(
    context: RenewalContext,
    flight: Flight,
    found: Pick<StoredRecord, 'record' | 'version'>,
    seed: SeedCredential,
    tookOver: boolean,
  ): Promise<void>;
}

/** One renewal, shared by all who need its result. */
export interface Flight {
  readonly scope: string;
  readonly scopes: readonly string[];
  /** The provider's own scopes: the refusal of these concerns the whole family. */
  readonly isDefault: boolean;
  /** What the token must satisfy. */
  readonly demand: Demand;
  readonly reason: RenewalReason;
  /** No caller waits for it, so it may give up early and need not keep the process alive. */
  background: boolean;
}

/** What a flight ended with. */
export interface Renewed {
  held: HeldToken;
  /** It came from the token endpoint just now. */
  received: boolean;
  /** The token that this flight was to replace. A caller that joined it later may have had another one rejected. */
  rejected: string | undefined;
}
