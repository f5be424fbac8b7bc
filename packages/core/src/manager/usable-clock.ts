import { need } from '../check-option.ts';
import { type Clock, systemClock } from '../clock.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';

/** A clock may have members of its own, but one that begins like the optional one is a slip of the keyboard. */
const LIKE_RANDOM = /^rand/i;

/**
 * The option `clock`; default: the system's. What it says is made whole milliseconds here, since that is what is stored.
 * @throws {ConfigurationError}
 */
export function usableClock(given: Clock | undefined, owner: string): Clock {
  if (given === undefined) return systemClock;
  const { now, monotonic, sleep, random = now } = given ?? {};
  need(
    [now, monotonic, sleep, random].every((part) => typeof part === 'function'),
    'clock',
    'must have now(), monotonic() and sleep().',
  );
  for (const name in given)
    if (LIKE_RANDOM.test(name)) refuseUnknownOptions({ [name]: 1 }, ['random'], owner, 'clock.');
  return {
    now: () => Math.round(given.now()),
    monotonic: () => given.monotonic(),
    sleep: (ms, options) => given.sleep(ms, options),
    random: () => given.random?.() ?? Math.random(),
  };
}
