import { type Clock, systemClock } from '../clock.ts';
import type { AccessToken } from '../token.ts';

/**
 * Remembers for a moment that a token was found good by both clocks, so that the next asks need read one.
 *
 * One clock is not enough alone: the monotonic one may stand still while the machine sleeps, the wall clock may be set back.
 * So the wall clock is read, which ends the moment when it has gone on or back; and a timer ends the moment when the
 * monotonic clock has. What is handed out has then been good for no longer than a moment.
 */
export interface Glance {
  /** The token that was noted a moment ago. */
  token(): AccessToken | undefined;
  /** Notes a token that both clocks have just shown to stay good for `leftMs`. */
  note(token: AccessToken, leftMs: number): void;
  /** Something has changed: the next ask looks at all of it. */
  forget(): void;
}

/** How long a moment is, at most. */
export const MOMENT_MS = 1_000;
/** What ends sooner is looked at each time, so that a timer which fires late does no harm. */
const LEAST_LEFT_MS = 10_000;

/** By the wall clock. All managers share it: a timer for each account would be one too many. */
let moment = { from: Number.POSITIVE_INFINITY };
const isIn = (now: number) => now >= moment.from && now < moment.from + MOMENT_MS;

/** Begins one where there is none, also where its timer was lost: some platforms drop those of a request that has ended. */
function momentAt(now: number): object {
  if (isIn(now)) return moment;
  const begun = { from: now };
  moment = begun;
  const timer = setTimeout(() => {
    if (moment === begun) moment = { from: Number.POSITIVE_INFINITY };
  }, MOMENT_MS);
  (timer as { unref?: () => void }).unref?.();
  return begun;
}

export function createGlance(clock: Clock): Glance {
  let noted: { token: AccessToken; moment: object } | undefined;
  return {
    token: () => (noted?.moment === moment && isIn(clock.now()) ? noted.token : undefined),
    note(token, leftMs) {
      // The timer is the system's, and so must the clock be.
      if (clock === systemClock && leftMs >= LEAST_LEFT_MS) noted = { token, moment: momentAt(clock.now()) };
    },
    forget() {
      noted = undefined;
    },
  };
}
