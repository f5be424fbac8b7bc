import { invalidOption, need } from '../check-option.ts';
import { type Clock, systemClock } from '../clock.ts';
import { forgive } from '../forgive.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';
import type { SetupWarning } from './backend-fit.ts';

/** A clock may have members of its own, but one that begins like the optional one is a slip of the keyboard. */
const LIKE_RANDOM = /^rand/i;

/** What is told, once, of a clock that fails later than at the door. */
export const CLOCK_FAILED: SetupWarning = {
  code: 'clock_failed',
  message:
    'The `clock` that was given threw, or gave something other than a number or a promise: time goes on by the system clock. Mend it, or leave it out.',
};

/**
 * A clock of the caller's that never fails: where it does, time goes on as the system has it. Pauses that end at
 * once, or never, would otherwise make a loop of every wait.
 * @param owner - who was given it, for messages
 * @param onFault - called at the first failure
 * @throws {ConfigurationError} when it lacks a part or does not tell the time
 */
export function checkedClock(given: Clock | undefined, owner: string, onFault: () => void): Clock {
  if (given === undefined) return systemClock;
  const { now, monotonic, sleep, random = now } = given ?? {};
  need(
    [now, monotonic, sleep, random].every((part) => typeof part === 'function'),
    'clock',
    'must have now(), monotonic() and sleep().',
  );
  for (const name in given)
    if (LIKE_RANDOM.test(name)) refuseUnknownOptions({ [name]: 1 }, ['random'], owner, 'clock.');
  needReadings(given);
  let hasFailed = false;
  function note(): void {
    if (!hasFailed) onFault();
    hasFailed = true;
  }
  const wall = steady(() => given.now(), systemClock.now, note);
  return {
    // What is stored are whole milliseconds.
    now: () => Math.round(wall()),
    monotonic: steady(() => given.monotonic(), systemClock.monotonic, note),
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
    random: steady(() => given.random?.() ?? Math.random(), Math.random, note),
  };
}

function needReadings(given: Clock): void {
  let cause: unknown;
  try {
    const readings: unknown[] = [given.now(), given.monotonic()];
    if (readings.every(Number.isFinite)) return;
    for (const each of readings) forgive(each);
  } catch (error) {
    cause = error;
  }
  throw invalidOption(
    'clock',
    'must tell numbers of milliseconds: now() and monotonic() return them.',
    cause,
  );
}

/** A reading of another clock in its place goes on from where the given one stood. */
function steady(read: () => unknown, system: () => number, note: () => void): () => number {
  let ahead = 0;
  return () => {
    try {
      const reading = read();
      if (Number.isFinite(reading)) {
        ahead = (reading as number) - system();
        return reading as number;
      }
      forgive(reading);
    } catch {
      // Told below.
    }
    note();
    return system() + ahead;
  };
}
