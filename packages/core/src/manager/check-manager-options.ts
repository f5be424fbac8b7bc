import { need, needFlag, needObject } from '../check-option.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import { volatileBackend } from '../contract/volatile-backend.ts';
import type { AuthEventListener } from '../events.ts';
import { LONGEST_ACCOUNT } from '../record/limits.ts';
import type { RenewalTiming } from '../renewal/renewal-context.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';
import { refuseUnsafeRotation } from './backend-fit.ts';
import { checkScopes } from './check-ask.ts';
import type { TimingOptions, TokenManagerOptions } from './manager-options.ts';
import type { OpenableSeed } from './seed-from.ts';

/** The options after the door: checked, defaults filled in. */
export interface ManagerSettings {
  provider: TokenProvider;
  /** What the options named: the backend, or what stands behind a seed in its place. */
  given: TokenBackend;
  /** Where records go. */
  backend: TokenBackend;
  seed: OpenableSeed | undefined;
  /** How long others get to put back what a shared store lost. */
  repairPauseMs: number;
  account: string;
  timing: RenewalTiming;
  margins: { softMarginMs: number | undefined; hardMarginMs: number | undefined };
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
  needObject(options, 'options', '{ provider, backend }');
  refuseUnknownOptions(options, [...OPTION_NAMES, ...own], owner);
  const {
    provider,
    account = 'default',
    onEvent,
    clock = systemClock,
    acceptLostRotations = false,
  } = options;
  checkProvider(provider);
  const inPlace = isSeed(options.backend) ? options.backend : undefined;
  const given = inPlace?.backend ?? (options.backend as TokenBackend);
  checkBackend(given);
  checkAccount(account);
  need(
    onEvent === undefined || typeof onEvent === 'function',
    'onEvent',
    '`onEvent` must be a function (event) => void.',
  );
  checkClock(clock);
  const { timing, margins } = checkTiming(options.timing, owner);
  needFlag(acceptLostRotations, 'acceptLostRotations');
  refuseUnsafeRotation(provider, given, acceptLostRotations);
  need(
    inPlace || given.capabilities.writable,
    'backend',
    '`backend` is read-only. Give it as `seed: seedFrom(…)`, in front of a backend that can be written, or as `backend: seedFrom(…)`: then renewals live in this process.',
  );
  checkSeed(options);
  return {
    provider,
    given,
    backend: inPlace ? volatileBackend() : given,
    seed: inPlace ?? (options.seed as OpenableSeed | undefined),
    repairPauseMs: repairPauseMs(given, timing.recheckMs),
    account,
    timing,
    margins,
    onEvent,
    clock,
  };
}

/** @throws {ConfigurationError} */
export function checkAccount(account: unknown): void {
  need(
    typeof account === 'string' && account !== '' && account.length <= LONGEST_ACCOUNT,
    'account',
    '`account` must be a text of 1 to 1024 characters.',
  );
}

function isSeed(value: unknown): value is OpenableSeed {
  return typeof (value as OpenableSeed | undefined)?.open === 'function';
}

function checkSeed({ seed, backend, provider }: TokenManagerOptions): void {
  if (seed === undefined) return;
  need(isSeed(seed), 'seed', '`seed` must be made by seedFrom(): seedFrom(envBackend(…)).');
  need(
    !isSeed(backend),
    'seed',
    '`backend` is a seed already. Leave `seed` out, or use a `backend` that can be written.',
  );
  need(
    provider.refresh,
    'seed',
    '`seed` brings a refresh token, and this provider redeems none. Leave `seed` out.',
  );
}

const REPAIR_WITH_HINTS_MS = 2_000;

/** Long enough for every other holder to have looked at the store once, with some time to be asked in. */
function repairPauseMs({ capabilities, watch }: TokenBackend, recheckMs: number): number {
  if (capabilities.cas !== 'shared') return 0;
  return watch ? Math.min(REPAIR_WITH_HINTS_MS, recheckMs) : recheckMs * 1.25;
}

function checkClock(clock: Clock): void {
  const { now, monotonic, sleep, random = now } = clock ?? {};
  need(
    [now, monotonic, sleep, random].every((part) => typeof part === 'function'),
    'clock',
    '`clock` must have now(), monotonic() and sleep(); leave it out for the system clock.',
  );
}

function checkProvider(provider: TokenProvider): void {
  need(
    typeof provider?.refresh === 'function' || typeof provider?.acquire === 'function',
    'provider',
    '`provider` must be a TokenProvider with refresh() or acquire(): microsoft(…), oauth2(…) or your own.',
  );
  const { id, scopes, profile } = provider;
  need(
    typeof id === 'string' && id !== '',
    'provider.id',
    '`provider.id` must name issuer and client: it is part of the key.',
  );
  checkScopes(scopes, 'provider.scopes');
  need(
    typeof profile?.graceMs === 'number' && !Number.isNaN(profile.graceMs),
    'provider.profile',
    '`provider.profile` must say what the server does with refresh tokens; STRICT_PROFILE is the safe choice.',
  );
}

function checkBackend(backend: TokenBackend): void {
  need(
    typeof backend?.load === 'function' && typeof backend.save === 'function',
    'backend',
    '`backend` must be a TokenBackend with load() and save(): fileBackend(…), memoryBackend() or defineBackend(…).',
  );
  const { cas, durable, writable } = backend.capabilities ?? {};
  need(
    ['shared', 'process', 'none'].includes(cas) &&
      typeof durable === 'boolean' &&
      typeof writable === 'boolean',
    'backend.capabilities',
    '`backend.capabilities` must state `cas`, `durable` and `writable`.',
  );
}

function checkTiming(given: TimingOptions = {}, owner: string): Pick<ManagerSettings, 'timing' | 'margins'> {
  needObject(given, 'timing', '{ recheckMs: 60_000 }');
  refuseUnknownOptions(
    given,
    ['softMarginMs', 'hardMarginMs', ...Object.keys(DEFAULT_TIMING)],
    owner,
    'timing.',
  );
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) {
    const option = `timing.${name}`;
    need(
      Number.isFinite(value) && value >= 0,
      option,
      `\`${option}\` must be a number of milliseconds, 0 or more.`,
    );
  }
  const { softMarginMs, hardMarginMs, ...durations } = Object.fromEntries(set) as TimingOptions;
  const timing = { ...DEFAULT_TIMING, ...durations } as RenewalTiming;
  need(
    timing.leaseTtlMs >= 2 * timing.requestTimeoutMs,
    'timing.leaseTtlMs',
    '`timing.leaseTtlMs` must be at least twice `timing.requestTimeoutMs`, so that a lost reply can be retried.',
  );
  for (const name of ['requestTimeoutMs', 'renewalTimeoutMs'] as const) {
    need(timing[name] > 0, `timing.${name}`, `\`timing.${name}\` must be above 0.`);
  }
  return { timing, margins: { softMarginMs, hardMarginMs } };
}
