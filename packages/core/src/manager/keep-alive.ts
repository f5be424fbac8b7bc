import { need } from '../check-option.ts';
import type { Clock } from '../clock.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';
import type { TokenManager } from './token-manager.ts';
import { usableClock } from './usable-clock.ts';

/** When {@link keepAlive} renews. */
export interface KeepAliveOptions {
  /**
   * The age at which an unused session is renewed, in milliseconds, above 0. Default: a third of the refresh token's
   * lifetime where the server or the provider's profile tells it, else a day.
   */
  maxAgeMs?: number | undefined;
  /** For tests: time and chance. Default: the system's. */
  clock?: Clock | undefined;
}

const DAY_MS = 24 * 60 * 60_000;
/** Looks this often at least, so that a sleeping machine is noticed, and no timer overflows. */
const LONGEST_LOOK_MS = 60 * 60_000;
const SHORTEST_LOOK_MS = 1_000;

/**
 * Renews by the age of the refresh token, so that a session which nobody uses outlives its sliding window. Each process
 * draws its own moment in the last tenth of that age. It never keeps the process alive; failures are told as events of
 * the manager. It ends when it is disposed of, and when the manager (or its accounts) is closed.
 *
 * @example using keeping = keepAlive(tokens);
 * @throws {ConfigurationError} when an option is wrong
 */
export function keepAlive(manager: TokenManager, options: KeepAliveOptions = {}): Disposable {
  need(
    typeof manager?.status === 'function',
    'manager',
    'must be a token manager: keepAlive(createTokenManager(…)).',
  );
  refuseUnknownOptions(options, ['maxAgeMs', 'clock'], 'keepAlive()');
  const { maxAgeMs } = options;
  const clock = usableClock(options.clock, 'keepAlive()');
  need(
    maxAgeMs === undefined || (Number.isFinite(maxAgeMs) && maxAgeMs > 0),
    'maxAgeMs',
    'must be a number of milliseconds above 0.',
  );
  const earlier = 1 - (clock.random?.() ?? Math.random()) / 10;
  const stopped = new AbortController();

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const leftMs = await look().catch(() => LONGEST_LOOK_MS);
      const pauseMs = Math.min(Math.max(leftMs, SHORTEST_LOOK_MS), LONGEST_LOOK_MS);
      await clock.sleep(pauseMs, { signal: stopped.signal, ref: false });
    }
  }

  async function look(): Promise<number> {
    const { state, session } = await manager.status();
    if (state === 'closed') stopped.abort();
    if (!session || stopped.signal.aborted) return LONGEST_LOOK_MS;
    const { issuedAt, expiresAt, lastUsedAt } = session;
    const ageMs = maxAgeMs ?? (expiresAt === undefined ? DAY_MS : (expiresAt - issuedAt) / 3);
    const dueAgeMs = ageMs * earlier;
    const leftMs = lastUsedAt + dueAgeMs - clock.now();
    if (leftMs > 0) return leftMs;
    await manager.renew();
    return dueAgeMs;
  }

  run().catch(() => undefined);
  return { [Symbol.dispose]: () => stopped.abort() };
}
