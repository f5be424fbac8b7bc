import { emit, type Happening } from '../events.ts';
import type { ServerClock } from '../memory/server-clock.ts';
import { createTokenMemory, type Remembered } from '../memory/token-memory.ts';
import { recordKey } from '../record/digest.ts';
import { createCredentialStore } from '../record/record-store.ts';
import { createCommits } from '../renewal/commit.ts';
import { createLeaseWatch } from '../renewal/lease-watch.ts';
import { createRefusalWatch } from '../renewal/refusal-watch.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import { createRepairPause } from '../renewal/repair-pause.ts';
import type { ManagerSettings } from './check-manager-options.ts';
import { revokeQuietly } from './sign-in.ts';

/** Puts the parts together, for the manager with these settings. */
export function createRenewalContext(
  settings: ManagerSettings,
  serverClock: ServerClock,
  closing: AbortSignal,
  remembered?: Remembered,
): RenewalContext {
  const { provider, backend, account, timing, margins, onEvent, clock } = settings;
  const { requestTimeoutMs } = timing;
  const newId = () => crypto.randomUUID();
  const random = () => clock.random?.() ?? Math.random();
  const say = (happening: Happening) => emit(onEvent, { ...happening, account, provider: provider.id });
  const key = recordKey(provider.id, account);
  const store = createCredentialStore(backend, key, newId, account);
  const { durable } = store;
  const memory = createTokenMemory({ clock, serverClock, margins, share: random(), durable }, remembered);
  return {
    provider,
    account,
    store,
    memory,
    clock,
    serverClock,
    timing,
    newId,
    closing,
    holder: backend.holder ?? newId(),
    random,
    emit: say,
    seed: settings.seed?.open(key),
    refusals: createRefusalWatch(clock, remembered === undefined),
    repair: createRepairPause({ clock, lengthMs: settings.repairPauseMs }),
    leases: createLeaseWatch({ clock, requestTimeoutMs, isHolderAlive: store.isHolderAlive }),
    commits: createCommits({
      store,
      memory,
      clock,
      patienceMs: requestTimeoutMs,
      emit: say,
      revokeLate: (record) => revokeQuietly(settings, record),
    }),
  };
}
