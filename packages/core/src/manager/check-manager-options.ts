import { need } from '../check-option.ts';
import type { WholeClock } from '../clock.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { AuthEventListener, TokenFingerprint } from '../events.ts';
import {
  ANYTHING,
  checkOptions,
  FLAG,
  isFunction,
  LISTENER,
  type OptionRule,
  type OptionsOwner,
} from '../option-rules.ts';
import { LONGEST_ACCOUNT } from '../record/limits.ts';
import type { RenewalTiming } from '../renewal/renewal-context.ts';
import { refuseUnsafeRotation, type SetupWarning, setupWarning, warnOnce } from './backend-fit.ts';
import type { BackgroundOption } from './behind-calls.ts';
import { checkScopes } from './check-ask.ts';
import { CLOCK_FAILED, checkedClock } from './checked-clock.ts';
import type { TimingOptions, TokenManagerOptions } from './manager-options.ts';
import { isSeed, type OpenableSeed } from './openable-seed.ts';

/** The options, checked, with the defaults filled in. */
export interface ManagerSettings {
  provider: TokenProvider;
  /** What the options named: the backend, or what stands behind a seed in its place. */
  given: TokenBackend;
  /** Where records go. */
  backend: TokenBackend;
  seed: Pick<OpenableSeed, 'open'> | undefined;
  /** What an operator should know of the backend. */
  warning: SetupWarning | undefined;
  /** Says what is wrong with the set-up, each thing once. */
  warn(warning: SetupWarning): void;
  /** How long others get to put back what a shared store lost. */
  repairPauseMs: number;
  account: string;
  timing: RenewalTiming;
  margins: { softMarginMs: number | undefined; hardMarginMs: number | undefined };
  background: BackgroundOption | undefined;
  onEvent: AuthEventListener | undefined;
  fingerprint: TokenFingerprint | undefined;
  clock: WholeClock;
}

const DEFAULT_TIMING: RenewalTiming = {
  requestTimeoutMs: 10_000,
  leaseTtlMs: 40_000,
  renewalTimeoutMs: 90_000,
  recheckMs: 30_000,
  maxWaitMs: 10_000,
};

const RULES: Readonly<Record<Exclude<keyof TokenManagerOptions, 'account'>, OptionRule>> = {
  provider: ANYTHING,
  backend: ANYTHING,
  seed: [isSeed, 'made by seedFrom(): seedFrom(envBackend(…))'],
  acceptLostRotations: FLAG,
  timing: ANYTHING,
  background: [
    (value) => value === false || isFunction(value),
    'false, or a function (work) => void: (work) => context.waitUntil(work)',
  ],
  onEvent: LISTENER,
  fingerprint: [isFunction, 'a function (accessToken) => string'],
  clock: ANYTHING,
};

export const ACCOUNT: OptionRule = [
  (value) => typeof value === 'string' && value !== '' && value.length <= LONGEST_ACCOUNT,
  'a text of 1 to 1024 characters',
];

/**
 * @param owner - the function that was given the options, and those that it has besides those of every manager
 * @throws {ConfigurationError} that names the option and the remedy
 */
export function checkManagerOptions(
  options: TokenManagerOptions,
  { name: owner, options: own }: OptionsOwner,
): ManagerSettings {
  checkOptions(options, { ...RULES, ...own }, owner);
  const { provider, account = 'default', background, onEvent, fingerprint } = options;
  checkProvider(provider);
  const store = checkStore(options);
  // What concerns all accounts is not about one of them.
  const warn = warnOnce(onEvent, {
    account: 'account' in own ? account : undefined,
    provider: provider.id,
  });
  const clock = checkedClock(options.clock, owner, () => warn(CLOCK_FAILED));
  const { timing, margins } = checkTiming(options.timing, owner);
  return {
    provider,
    ...store,
    repairPauseMs: repairPauseMs(store.given, timing.recheckMs),
    account,
    timing,
    margins,
    background,
    warn,
    onEvent,
    fingerprint,
    clock,
  };
}

/** The backend and the seed: each by itself, both together, and with the provider. */
function checkStore({
  provider,
  backend: named,
  seed: besides,
  acceptLostRotations = false,
}: TokenManagerOptions): Pick<ManagerSettings, 'given' | 'backend' | 'seed' | 'warning'> {
  const inPlace = isSeed(named) ? named : undefined;
  const given = inPlace?.backend ?? (named as TokenBackend);
  checkBackend(given);
  refuseUnsafeRotation(provider, given, acceptLostRotations);
  need(
    inPlace || given.capabilities.writable,
    'backend',
    'is read-only. Give it as `seed: seedFrom(…)`, in front of a backend that can be written, or as `backend: seedFrom(…)`.',
  );
  const seed = besides as OpenableSeed | undefined;
  seed?.check(provider, named);
  const { backend, warning } = inPlace?.standIn() ?? {
    backend: given,
    warning: setupWarning(provider, given),
  };
  return { given, backend, warning, seed: inPlace ?? seed };
}

const REPAIR_WITH_HINTS_MS = 2_000;

/** Long enough for every other holder to have looked at the store once, with some time to be asked in. */
function repairPauseMs({ capabilities, watch }: TokenBackend, recheckMs: number): number {
  if (capabilities.cas !== 'shared') return 0;
  return Math.round(watch ? Math.min(REPAIR_WITH_HINTS_MS, recheckMs) : recheckMs * 1.25);
}

function checkProvider(provider: TokenProvider): void {
  need(
    typeof provider?.refresh === 'function' || typeof provider?.acquire === 'function',
    'provider',
    'must have refresh() or acquire(): microsoft(…) or oauth2(…).',
  );
  const { id, scopes, profile } = provider;
  need(typeof id === 'string' && id !== '', 'provider.id', 'must name issuer, client and grant.');
  checkScopes(scopes, 'provider.scopes');
  need(
    typeof profile?.graceMs === 'number' && !Number.isNaN(profile.graceMs),
    'provider.profile',
    'must be a ProviderProfile; STRICT_PROFILE is the safe choice.',
  );
}

function checkBackend(backend: TokenBackend): void {
  need(
    typeof backend?.load === 'function' && typeof backend.save === 'function',
    'backend',
    'must have load() and save(): fileBackend(…), memoryBackend() or defineBackend(…).',
  );
  const { cas, durable, writable } = backend.capabilities ?? {};
  need(
    ['shared', 'process', 'none'].includes(cas) &&
      typeof durable === 'boolean' &&
      typeof writable === 'boolean',
    'backend.capabilities',
    'must state `cas`, `durable` and `writable`.',
  );
}

const DURATION: OptionRule = [
  (value) => Number.isFinite(value) && (value as number) >= 0,
  'a number of milliseconds, 0 or more',
];

const ALL_DEFAULTS: Pick<ManagerSettings, 'timing' | 'margins'> = {
  timing: DEFAULT_TIMING,
  margins: { softMarginMs: undefined, hardMarginMs: undefined },
};

function checkTiming(
  given: TimingOptions | undefined,
  owner: string,
): Pick<ManagerSettings, 'timing' | 'margins'> {
  if (given === undefined) return ALL_DEFAULTS;
  const names = ['softMarginMs', 'hardMarginMs', ...Object.keys(DEFAULT_TIMING)];
  const rules = Object.fromEntries(names.map((name) => [name, DURATION]));
  checkOptions(given, rules, owner, 'timing.');
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const { softMarginMs, hardMarginMs, ...durations } = Object.fromEntries(set) as TimingOptions;
  const timing = { ...DEFAULT_TIMING, ...durations } as RenewalTiming;
  need(
    timing.leaseTtlMs >= 2 * timing.requestTimeoutMs,
    'timing.leaseTtlMs',
    'must be at least twice `timing.requestTimeoutMs`.',
  );
  for (const name of ['requestTimeoutMs', 'renewalTimeoutMs'] as const) {
    need(timing[name] > 0, `timing.${name}`, 'must be above 0.');
  }
  return { timing, margins: { softMarginMs, hardMarginMs } };
}
