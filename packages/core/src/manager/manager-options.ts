import { type Clock, systemClock } from '../clock.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import { volatileBackend } from '../contract/volatile-backend.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import type { AuthEventListener } from '../events.ts';
import { LONGEST_ACCOUNT, LONGEST_SCOPE } from '../record/limits.ts';
import type { RenewalTiming } from '../renewal/renewal-context.ts';
import { announce, refuseUnsafeRotation } from './backend-fit.ts';

export interface TokenManagerOptions {
  /** How tokens are obtained. */
  provider: TokenProvider;
  /** Where the record is kept. */
  backend: TokenBackend;
  /**
   * A read-only backend (an environment variable, a mounted secret) whose credential starts the family. It is
   * imported once; a changed seed counts as a new sign-in.
   */
  seed?: TokenBackend;
  /** Whose tokens these are, in your words; part of the key. Default `default`. */
  account?: string;
  /**
   * Accept a backend that cannot keep a rotated refresh token safe: rotations may then be lost, and with them
   * the session. Default false: such a pair of provider and backend is refused.
   */
  acceptLostRotations?: boolean;
  timing?: TimingOptions;
  /** Hears of everything that happens. What it throws is ignored. */
  onEvent?: AuthEventListener;
  /** For tests: time as the manager sees it. Default: the system's. */
  clock?: Clock;
}

/** All in milliseconds. */
export interface TimingOptions extends Partial<RenewalTiming> {
  /** How long before its end a token is renewed while still in use; at most half its life. Default: adapts to it. */
  softMarginMs?: number;
  /** How long before its end a token is used no more. Default: 2 % of its life, at most 10 s. */
  hardMarginMs?: number;
}

const DEFAULT_TIMING: RenewalTiming = {
  requestTimeoutMs: 10_000,
  leaseTtlMs: 40_000,
  renewalTimeoutMs: 90_000,
  recheckMs: 30_000,
  maxWaitMs: 10_000,
};

/** The options after the door: checked, defaults filled in. */
export interface ManagerSettings {
  provider: TokenProvider;
  /** The backend as it was given. */
  given: TokenBackend;
  /** Where records go: the backend, or this process's memory where that is read-only. */
  backend: TokenBackend;
  seed: TokenBackend | undefined;
  /** How long others get to put back what a shared store lost. */
  repairPauseMs: number;
  account: string;
  timing: RenewalTiming;
  margins: { softMarginMs: number | undefined; hardMarginMs: number | undefined };
  onEvent: AuthEventListener | undefined;
  clock: Clock;
}

/** @throws {ConfigurationError} that names the option and the remedy */
export function checkManagerOptions(options: TokenManagerOptions): ManagerSettings {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError({
      option: 'options',
      message: 'createTokenManager() needs an object with `provider` and `backend`.',
    });
  }
  const { provider, backend, account = 'default', timing = {}, onEvent, clock = systemClock } = options;
  checkProvider(provider);
  checkBackend(backend);
  if (typeof account !== 'string' || account === '' || account.length > LONGEST_ACCOUNT) {
    throw new ConfigurationError({
      option: 'account',
      message: '`account` must be a text of 1 to 1024 characters.',
    });
  }
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    throw new ConfigurationError({
      option: 'onEvent',
      message: '`onEvent` must be a function (event) => void.',
    });
  }
  checkClock(clock);
  const { softMarginMs, hardMarginMs, ...durations } = checkTiming(timing);
  const settings = { ...DEFAULT_TIMING, ...durations };
  if (settings.leaseTtlMs < 2 * settings.requestTimeoutMs) {
    throw new ConfigurationError({
      option: 'timing.leaseTtlMs',
      message:
        '`timing.leaseTtlMs` must be at least twice `timing.requestTimeoutMs`, so that a lost reply can be retried under one lease.',
    });
  }
  for (const name of ['requestTimeoutMs', 'renewalTimeoutMs'] as const) {
    if (settings[name] > 0) continue;
    throw new ConfigurationError({
      option: `timing.${name}`,
      message: `\`timing.${name}\` must be above 0: nothing is done in no time.`,
    });
  }
  const { acceptLostRotations = false } = options;
  if (typeof acceptLostRotations !== 'boolean') {
    throw new ConfigurationError({
      option: 'acceptLostRotations',
      message: '`acceptLostRotations` must be true or false.',
    });
  }
  refuseUnsafeRotation(provider, backend, acceptLostRotations);
  checkSeed(options);
  announce(backend, onEvent, { account, provider: provider.id });
  const { writable } = backend.capabilities;
  return {
    provider,
    given: backend,
    backend: writable ? backend : volatileBackend(),
    seed: writable ? options.seed : backend,
    repairPauseMs: repairPauseMs(backend, settings.recheckMs),
    account,
    timing: settings,
    margins: { softMarginMs, hardMarginMs },
    onEvent,
    clock,
  };
}

function checkClock(clock: Clock): void {
  const parts = [clock?.now, clock?.monotonic, clock?.sleep];
  if (parts.every((part) => typeof part === 'function')) return;
  throw new ConfigurationError({
    option: 'clock',
    message: '`clock` must have now(), monotonic() and sleep(); leave it out for the system clock.',
  });
}

function checkSeed({ seed, backend, provider }: TokenManagerOptions): void {
  if (seed === undefined) return;
  if (typeof seed?.load !== 'function') {
    throw new ConfigurationError({
      option: 'seed',
      message: '`seed` must be a read-only backend: envBackend(…) or secretBackend(…).',
    });
  }
  if (!backend.capabilities.writable) {
    throw new ConfigurationError({
      option: 'seed',
      message:
        '`seed` stands in front of a backend that can be written; this one is read-only and serves as the seed itself. Leave `seed` out.',
    });
  }
  if (!provider.refresh) {
    throw new ConfigurationError({
      option: 'seed',
      message: '`seed` brings a refresh token, which this provider has no use for. Leave it out.',
    });
  }
}

const REPAIR_WITH_HINTS_MS = 2_000;

/** Long enough for every other holder to have looked at the store once, with some time to be asked in. */
function repairPauseMs({ capabilities, watch }: TokenBackend, recheckMs: number): number {
  if (capabilities.cas !== 'shared') return 0;
  return watch ? Math.min(REPAIR_WITH_HINTS_MS, recheckMs) : recheckMs * 1.25;
}

function checkProvider(provider: TokenProvider): void {
  const usable = typeof provider === 'object' && provider !== null;
  if (!usable || (typeof provider.refresh !== 'function' && typeof provider.acquire !== 'function')) {
    throw new ConfigurationError({
      option: 'provider',
      message:
        '`provider` must be a TokenProvider with refresh() or acquire(): microsoft(…), oauth2(…) or your own.',
    });
  }
  if (typeof provider.id !== 'string' || provider.id === '') {
    throw new ConfigurationError({
      option: 'provider.id',
      message: '`provider.id` must name issuer and client: it is part of the key.',
    });
  }
  if (!Array.isArray(provider.scopes) || provider.scopes.some((scope) => typeof scope !== 'string')) {
    throw new ConfigurationError({
      option: 'provider.scopes',
      message: '`provider.scopes` must be a list of scopes; it may be empty.',
    });
  }
  if (provider.scopes.join(' ').length > LONGEST_SCOPE) {
    throw new ConfigurationError({
      option: 'provider.scopes',
      message: '`provider.scopes` is longer than 4 KiB in all; ask for fewer.',
    });
  }
  if (typeof provider.profile?.graceMs !== 'number' || Number.isNaN(provider.profile.graceMs)) {
    throw new ConfigurationError({
      option: 'provider.profile',
      message:
        '`provider.profile` must say what the server does with refresh tokens; STRICT_PROFILE is the safe choice.',
    });
  }
}

function checkBackend(backend: TokenBackend): void {
  const usable = typeof backend === 'object' && backend !== null;
  if (!usable || typeof backend.load !== 'function' || typeof backend.save !== 'function') {
    throw new ConfigurationError({
      option: 'backend',
      message:
        '`backend` must be a TokenBackend with load() and save(): fileBackend(…), memoryBackend() or defineBackend(…).',
    });
  }
  const { cas, durable, writable } = backend.capabilities ?? {};
  const known = cas === 'shared' || cas === 'process' || cas === 'none';
  if (!known || typeof durable !== 'boolean' || typeof writable !== 'boolean') {
    throw new ConfigurationError({
      option: 'backend.capabilities',
      message:
        '`backend.capabilities` must state `cas`, `durable` and `writable`; what they promise is relied upon.',
    });
  }
}

function checkTiming(timing: TimingOptions): TimingOptions {
  if (typeof timing !== 'object' || timing === null) {
    throw new ConfigurationError({
      option: 'timing',
      message: '`timing` must be an object of milliseconds.',
    });
  }
  const names: (keyof TimingOptions)[] = ['softMarginMs', 'hardMarginMs', ...timingNames()];
  const checked: TimingOptions = {};
  for (const [name, value] of Object.entries(timing)) {
    if (!names.includes(name as keyof TimingOptions)) {
      throw new ConfigurationError({
        option: `timing.${name}`,
        message: `\`timing.${name}\` is unknown. Known are: ${names.join(', ')}.`,
      });
    }
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw new ConfigurationError({
        option: `timing.${name}`,
        message: `\`timing.${name}\` must be a number of milliseconds, 0 or more.`,
      });
    }
    checked[name as keyof TimingOptions] = value;
  }
  return checked;
}

const timingNames = () => Object.keys(DEFAULT_TIMING) as (keyof RenewalTiming)[];
