import type { Clock } from './clock.ts';
import { type Commits, createCommits } from './commit.ts';
import { type CredentialStore, createCredentialStore } from './credential-store.ts';
import { type AuthEvent, emit, type RenewalReason } from './events.ts';
import { createLeaseWatch, type LeaseWatch } from './lease-watch.ts';
import type { ManagerSettings } from './manager-options.ts';
import { recordKey } from './record-key.ts';
import { createRepairPause, type RepairPause } from './repair-pause.ts';
import { createSeed, type Seed } from './seed.ts';
import { revokeQuietly } from './sign-in.ts';
import { createTokenMemory, type TokenMemory } from './token-memory.ts';
import type { TokenProvider } from './token-provider.ts';

/** Durations of the protocol, in milliseconds. */
export interface RenewalTiming {
  /** One request to the token endpoint. */
  requestTimeoutMs: number;
  /** How long a lease is good for: it must hold every try of one redemption. */
  leaseTtlMs: number;
  /** A whole renewal, waiting for others included. */
  flightTimeoutMs: number;
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
  readonly timing: RenewalTiming;
  readonly holder: string;
  /** In [0, 1). */
  random(): number;
  newId(): string;
  emit(event: AuthEvent): void;
  /** Ends every wait when the manager closes; a redemption under way goes on. */
  readonly closing: AbortSignal;
}

/** One renewal, shared by everybody who needs its result. */
export interface Flight {
  readonly audience: string;
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

/** Puts the parts together, for the manager with these settings. */
export function createRenewalContext(settings: ManagerSettings, closing: AbortSignal): RenewalContext {
  const { provider, backend, account, timing, margins, onEvent, clock } = settings;
  const { requestTimeoutMs } = timing;
  const newId = () => crypto.randomUUID();
  const say = (event: AuthEvent) => emit(onEvent, event);
  const key = recordKey(provider.id, account);
  const store = createCredentialStore(backend, key, newId);
  const memory = createTokenMemory({ clock, ...margins, share: Math.random() });
  const context: RenewalContext = {
    provider,
    account,
    store,
    memory,
    clock,
    timing,
    newId,
    closing,
    holder: backend.holder ?? newId(),
    random: Math.random,
    emit: say,
    seed: createSeed(settings.seed, key),
    repair: createRepairPause({ clock, lengthMs: settings.repairPauseMs }),
    leases: createLeaseWatch({ clock, requestTimeoutMs, isHolderAlive: store.isHolderAlive }),
    commits: createCommits({
      store,
      memory,
      clock,
      patienceMs: requestTimeoutMs,
      emit: say,
      revokeLate: (record) => revokeQuietly(context, record),
    }),
  };
  return context;
}
