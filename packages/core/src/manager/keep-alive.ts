import { need } from '../check-option.ts';
import type { Clock } from '../clock.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';
import { checkedClock } from './checked-clock.ts';
import { INSIDE, type WithInside } from './inside.ts';
import { createSessionAge } from './session-age.ts';
import type { TokenManager } from './token-manager.ts';

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
 * draws its own moment in the last tenth of that age. The age is measured by both clocks; a session that a wrong clock
 * dated far in the future counts as due. It never keeps the process alive; failures are told as events of the manager. It
 * ends when it is disposed of, and when the manager (or its accounts) is closed.
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
  const clock = checkedClock(options.clock, 'keepAlive()', () => undefined);
  need(
    maxAgeMs === undefined || (Number.isFinite(maxAgeMs) && maxAgeMs > 0),
    'maxAgeMs',
    'must be a number of milliseconds above 0.',
  );
  const earlier = 1 - clock.random() / 10;
  const stopped = new AbortController();
  const leave = (manager as WithInside)[INSIDE]?.().onClose(() => stopped.abort());
  const age = createSessionAge(clock);

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const leftMs = await look().catch(() => LONGEST_LOOK_MS);
      const pauseMs = Math.min(Math.max(leftMs, SHORTEST_LOOK_MS), LONGEST_LOOK_MS);
      await clock.sleep(pauseMs, { signal: stopped.signal, ref: false });
    }
  }

  async function look(): Promise<number> {
    const status = await manager.status();
    const { state, session } = status;
    if (state === 'closed') stopped.abort();
    if (!session || stopped.signal.aborted) return LONGEST_LOOK_MS;
    const { issuedAt, expiresAt } = session;
    const ageMs = maxAgeMs ?? (expiresAt === undefined ? DAY_MS : (expiresAt - issuedAt) / 3);
    const dueAgeMs = ageMs * earlier;
    const leftMs = dueAgeMs - age.of(status, dueAgeMs / 10);
    if (leftMs > 0) return leftMs;
    await manager.renew();
    return dueAgeMs;
  }

  run().catch(() => undefined);
  return {
    [Symbol.dispose]() {
      leave?.();
      stopped.abort();
    },
  };
}
