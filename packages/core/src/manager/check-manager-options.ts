import { need, needFlag } from '../check-option.ts';
import type { Clock } from '../clock.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { AuthEventListener } from '../events.ts';
import { LONGEST_ACCOUNT } from '../record/limits.ts';
import type { RenewalTiming } from '../renewal/renewal-context.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';
import { refuseUnsafeRotation, type SetupWarning, setupWarning, warnOnce } from './backend-fit.ts';
import type { BackgroundOption } from './behind-calls.ts';
import { checkScopes } from './check-ask.ts';
import { CLOCK_FAILED, checkedClock } from './checked-clock.ts';
import type { TimingOptions, TokenManagerOptions } from './manager-options.ts';
import { isSeed, type OpenableSeed, type Seed } from './openable-seed.ts';

/** The options after the door: checked, defaults filled in. */
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
  clock: Clock;
}

const DEFAULT_TIMING: RenewalTiming = {
  requestTimeoutMs: 10_000,
  leaseTtlMs: 40_000,
  renewalTimeoutMs: 90_000,
  recheckMs: 30_000,
  maxWaitMs: 10_000,
};

const OPTION_NAMES = [
  'provider',
  'backend',
  'seed',
  'acceptLostRotations',
  'timing',
  'background',
  'onEvent',
  'clock',
] as const satisfies (keyof TokenManagerOptions)[];

/**
 * @param owner - the function that was given the options
 * @param own - the options that this function has besides those of every manager
 * @throws {ConfigurationError} that names the option and the remedy
 */
export function checkManagerOptions(
  options: TokenManagerOptions,
  owner: string,
  own: readonly string[],
): ManagerSettings {
  refuseUnknownOptions(options, [...OPTION_NAMES, ...own], owner);
  const { provider, account = 'default', background, onEvent } = options;
  checkProvider(provider);
  const store = checkStore(options);
  checkAccount(account);
  need(
    onEvent === undefined || typeof onEvent === 'function',
    'onEvent',
    'must be a function (event) => void.',
  );
  need(
    background === undefined || background === false || typeof background === 'function',
    'background',
    'must be false, or a function (work) => void: (work) => context.waitUntil(work).',
  );
  // What concerns all accounts is not about one of them.
  const warn = warnOnce(onEvent, {
    account: own.includes('account') ? account : undefined,
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
  needFlag(acceptLostRotations, 'acceptLostRotations');
  refuseUnsafeRotation(provider, given, acceptLostRotations);
  need(
    inPlace || given.capabilities.writable,
    'backend',
    'is read-only. Give it as `seed: seedFrom(…)`, in front of a backend that can be written, or as `backend: seedFrom(…)`.',
  );
  const seed = openable(besides);
  seed?.check(provider, named);
  const { backend, warning } = inPlace?.standIn() ?? { backend: given, warning: setupWarning(given) };
  return { given, backend, warning, seed: inPlace ?? seed };
}

function openable(seed: Seed | undefined): OpenableSeed | undefined {
  need(seed === undefined || isSeed(seed), 'seed', 'must be made by seedFrom(): seedFrom(envBackend(…)).');
  return seed;
}

/** @throws {ConfigurationError} */
export function checkAccount(account: unknown): void {
  need(
    typeof account === 'string' && account !== '' && account.length <= LONGEST_ACCOUNT,
    'account',
    'must be a text of 1 to 1024 characters.',
  );
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

function checkTiming(given: TimingOptions = {}, owner: string): Pick<ManagerSettings, 'timing' | 'margins'> {
  refuseUnknownOptions(
    given,
    ['softMarginMs', 'hardMarginMs', ...Object.keys(DEFAULT_TIMING)],
    owner,
    'timing.',
  );
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) {
    const option = `timing.${name}`;
    need(Number.isFinite(value) && value >= 0, option, `must be a number of milliseconds, 0 or more.`);
  }
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
