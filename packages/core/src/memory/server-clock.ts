import type { Clock } from '../clock.ts';

/**
 * What this process knows of the authorization server's clock, from the `Date` of its token replies. Machines that
 * share a record agree on how old a token is by that clock, however wrong their own are.
 */
export interface ServerClock {
  /** Notes the server's date of a reply that came just now. */
  learn(serverDate: number | undefined): void;
  /**
   * How old a token is that another process stored: by the server's clock where both of us know it; else the writer's
   * clock is trusted, and a 401 corrects.
   */
  ageOf(stored: { obtainedAt: number; serverDate?: number | undefined }): number;
}

const MOST_SAMPLES = 5;
/** A `Date` has whole seconds, and the way here takes time: a smaller difference between two clocks is not one. */
const SAME_MS = 5_000;
/** The two clocks of this machine drift apart by less; more means that one was set, or that the machine slept. */
const JUMP_MS = 30_000;

export function createServerClock(clock: Clock): ServerClock {
  let samples: number[] = [];
  let betweenClocks = clock.now() - clock.monotonic();

  /** Milliseconds that the server's clock is ahead; undefined while unknown. */
  function offsetMs(): number | undefined {
    const between = clock.now() - clock.monotonic();
    if (Math.abs(between - betweenClocks) > JUMP_MS) {
      betweenClocks = between;
      samples = [];
    }
    return medianOf(samples);
  }

  return {
    learn(serverDate) {
      offsetMs();
      if (serverDate === undefined) return;
      samples = [...samples, serverDate - clock.now()].slice(-MOST_SAMPLES);
    },
    ageOf({ obtainedAt, serverDate }) {
      const now = clock.now();
      const mine = offsetMs();
      if (mine === undefined || serverDate === undefined) return Math.max(0, now - obtainedAt);
      const theirs = serverDate - obtainedAt;
      return Math.max(0, now + beyondNoise(mine) - (obtainedAt + beyondNoise(theirs)));
    },
  };
}

const beyondNoise = (offsetMs: number) => (Math.abs(offsetMs) > SAME_MS ? offsetMs : 0);

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
