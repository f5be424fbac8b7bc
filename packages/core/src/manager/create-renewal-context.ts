import type { TokenBackend } from '../contract/token-backend.ts';
import { emit, fingerprintOf } from '../events.ts';
import { toldBy } from '../forgive.ts';
import type { ServerClock } from '../memory/server-clock.ts';
import { createTokenMemory, type Remembered } from '../memory/token-memory.ts';
import { recordKey } from '../record/digest.ts';
import { createCredentialStore } from '../record/record-store.ts';
import { answered, boundedStore, type StoreBounds } from '../renewal/bounded-store.ts';
import { createCommits } from '../renewal/commit.ts';
import { createEndpointWait } from '../renewal/endpoint-wait.ts';
import { createLeaseWatch } from '../renewal/lease-watch.ts';
import { createRefusalMemory } from '../renewal/refusal-memory.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import { createRepairPause } from '../renewal/repair-pause.ts';
import type { ManagerSettings } from './check-manager-options.ts';
import { revokeQuietly } from './sign-in.ts';

/** How a manager ends. */
export interface ManagerEnd {
  /** Ends every wait of its callers. */
  closing: AbortSignal;
  /** Ends what `close()` waited for as long as it may. */
  abandoned: AbortSignal;
}

/** Puts the parts together, for the manager with these settings. */
export function createRenewalContext(
  settings: ManagerSettings,
  serverClock: ServerClock,
  { closing, abandoned }: ManagerEnd,
  remembered?: Remembered,
): RenewalContext {
  const { provider, backend, account, timing, margins, clock } = settings;
  const { requestTimeoutMs, leaseTtlMs } = timing;
  const newId = () => crypto.randomUUID();
  const say = sayer(settings);
  const key = recordKey(provider, account);
  const { renewalTimeoutMs: patienceMs } = timing;
  const onFault = watchFault(settings, 'backend');
  const stored = createCredentialStore(backend, key, newId, account, onFault, clock, remembered);
  const bounds: StoreBounds = { clock, patienceMs, abandoned };
  const store = boundedStore(stored, bounds);
  const own = { share: clock.random(), durable: store.durable, prover: provider.prover };
  const memory = createTokenMemory({ clock, serverClock, margins, ...own }, remembered);
  const repair = createRepairPause({ clock, lengthMs: settings.repairPauseMs });
  return {
    provider,
    account,
    store,
    memory,
    clock,
    serverClock,
    timing,
    endpointWait: createEndpointWait(clock, requestTimeoutMs),
    newId,
    closing,
    holder: backend.holder ?? newId(),
    emit: say,
    seed: openedSeed(settings, key, bounds),
    refusals: createRefusalMemory(clock, timing.recheckMs, remembered === undefined),
    repair,
    leases: createLeaseWatch({ clock, profile: provider.profile, isHolderAlive: aliveness(backend) }),
    commits: createCommits({
      store,
      memory,
      clock,
      patienceMs: requestTimeoutMs,
      leaseTtlMs,
      repair,
      abandoned,
      emit: say,
      revokeLate: (record) => revokeQuietly(settings, record),
    }),
  };
}

/** Tells the listener what happened, to whom, and with which token. */
function sayer({ onEvent, account, provider, fingerprint }: ManagerSettings): RenewalContext['emit'] {
  return (happening, token) =>
    emit(onEvent, {
      ...happening,
      account,
      provider: provider.id,
      fingerprint: fingerprintOf(token, fingerprint),
    });
}

function openedSeed({ seed, warn }: ManagerSettings, key: Promise<string>, bounds: StoreBounds) {
  return seed?.open(key, watchFault({ warn }, 'seed'), (load) =>
    answered('seed', 'load', load, bounds, true),
  );
}

/** What a backend tells of a holder; nothing, where it fails to. */
function aliveness(backend: TokenBackend): (holder: string) => boolean | undefined {
  return (holder) => {
    const told = toldBy(() => backend.isHolderAlive?.(holder));
    return typeof told === 'boolean' ? told : undefined;
  };
}

function watchFault({ warn }: Pick<ManagerSettings, 'warn'>, whose: string): (what: string) => void {
  return (what) =>
    warn({
      code: 'watch_failed',
      message: `\`watch\` of the ${whose} ${what}: others are noticed by looking alone. Check the ${whose}.`,
    });
}
