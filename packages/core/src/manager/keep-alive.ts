import type { Clock } from '../clock.ts';
import type { ProviderProfile } from '../contract/token-provider.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';

export interface KeepAliveOptions {
  /**
   * The age at which an unused session is renewed, in milliseconds. Default: a third of the refresh token's
   * lifetime where the provider's profile knows it, else a day.
   */
  maxAgeMs?: number;
}

/** What keeping alive needs of a token manager. */
export interface KeptAlive {
  /** When the refresh token was last issued or used; undefined when there is nothing to keep alive. */
  lastUsedAt(): Promise<number | undefined>;
  renew(): Promise<unknown>;
  profile: ProviderProfile;
  clock: Clock;
  random(): number;
}

const DAY_MS = 24 * 60 * 60_000;
/** Looks this often at most, so that a sleeping machine is noticed, and no timer overflows. */
const LONGEST_LOOK_MS = 60 * 60_000;
const SHORTEST_LOOK_MS = 1_000;

/**
 * Renews by the age of the refresh token, so that a session which nobody uses outlives its sliding window. Each
 * process draws its own moment in the last tenth. Never keeps the process alive; failures are told as events.
 */
export function startKeepAlive(kept: KeptAlive, { maxAgeMs }: KeepAliveOptions = {}): Disposable {
  if (maxAgeMs !== undefined && !(Number.isFinite(maxAgeMs) && maxAgeMs > 0)) {
    throw new ConfigurationError({
      option: 'maxAgeMs',
      message: '`maxAgeMs` must be a number of milliseconds above 0.',
    });
  }
  const { clock, profile } = kept;
  const lifetimeMs = profile.refreshTokenLifetimeMs;
  const age = maxAgeMs ?? (lifetimeMs === undefined ? DAY_MS : lifetimeMs / 3);
  const dueAgeMs = age * (1 - kept.random() / 10);
  const stopped = new AbortController();

  async function run(): Promise<void> {
    for (;;) {
      const leftMs = await look().catch(() => LONGEST_LOOK_MS);
      const pauseMs = Math.min(Math.max(leftMs, SHORTEST_LOOK_MS), LONGEST_LOOK_MS);
      await clock.sleep(pauseMs, { signal: stopped.signal, ref: false });
    }
  }

  async function look(): Promise<number> {
    const usedAt = await kept.lastUsedAt();
    if (usedAt === undefined) return LONGEST_LOOK_MS;
    const leftMs = usedAt + dueAgeMs - clock.now();
    if (leftMs > 0) return leftMs;
    await kept.renew();
    return dueAgeMs;
  }

  run().catch(() => undefined);
  return { [Symbol.dispose]: () => stopped.abort() };
}
