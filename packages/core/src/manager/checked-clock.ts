import { need } from '../check-option.ts';
import { type Clock, systemClock, type WholeClock } from '../clock.ts';
import { toldBy } from '../forgive.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';
import type { SetupWarning } from './backend-fit.ts';

/** A clock may have members of its own, but a name that begins like the optional one is taken for a misspelling of it. */
const LIKE_RANDOM = /^rand/i;

/** The warning about a clock that fails after the options were checked. */
export const CLOCK_FAILED: SetupWarning = {
  code: 'clock_failed',
  message: '`clock` failed: the system clock goes on in its place. Mend it, or leave it out.',
};

/**
 * The caller's clock, made so that it never fails: where it does, the system's clock takes over. Pauses that end at once,
 * or never, would otherwise make a loop of every wait.
 * @param owner - who was given it, for messages
 * @param onFault - called at each failure
 * @throws {ConfigurationError} when it lacks a part or does not tell the time
 */
export function checkedClock(given: Clock | undefined, owner: string, onFault: () => void): WholeClock {
  if (given === undefined) return systemClock;
  const { sleep, random = sleep } = given ?? {};
  needClock([sleep, random].every((part) => typeof part === 'function'));
  for (const name in given)
    if (LIKE_RANDOM.test(name)) refuseUnknownOptions({ [name]: 1 }, ['random'], owner, 'clock.');
  const whole = given as WholeClock;
  let note = () => needClock(false);

  /** The system's reading in its place goes on from where the given one stood. */
  function steady(part: 'now' | 'monotonic' | 'random'): () => number {
    const system = systemClock[part];
    let ahead = 0;
    return () => {
      const reading = toldBy(() => whole[part]()) as number;
      if (Number.isFinite(reading)) {
        ahead = reading - system();
        return reading;
      }
      note();
      return system() + ahead;
    };
  }

  const wall = steady('now');
  const clock = {
    // What is stored are whole milliseconds.
    now: () => Math.round(wall()),
    monotonic: steady('monotonic'),
    random: given.random ? steady('random') : systemClock.random,
    async sleep(ms, options) {
      try {
        const pause: unknown = given.sleep(ms, options);
        if (typeof (pause as Promise<void> | undefined)?.then === 'function')
          return await (pause as Promise<void>);
      } catch {
        options?.signal?.throwIfAborted();
      }
      note();
      return systemClock.sleep(ms, options);
    },
  } satisfies WholeClock;
  for (const tell of [clock.now, clock.monotonic]) tell();
  note = onFault;
  return clock;
}

function needClock(holds: boolean): void {
  need(holds, 'clock', 'must have now() and monotonic(), which tell milliseconds, and sleep().');
}
