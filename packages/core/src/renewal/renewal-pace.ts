import { abortable } from '../abortable.ts';
import { EndpointFailure } from '../errors/endpoint-failure.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import { endlessConflicts, MOST_CONFLICTS, waitAfter } from '../record/conflict-pause.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { isTransient, type StoredRecord } from '../record/record-store.ts';
import { type PauseCause, putOffError } from './put-off-error.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';

const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 250;

/** What keeps a flight from going on with the store. */
export type StoreSurprise =
  /** Another process wrote first. */
  | 'conflict'
  /** It had lost something, which was put back, or was overtaken. */
  | 'stale';

/** The waits of one flight, each within its budget and ended by `close()`. */
export interface RenewalPace {
  /**
   * Ends the flight at its own deadline.
   * @throws {TokenBackendError} when the store never went along
   * @throws {TokenEndpointError} `timeout` otherwise
   */
  checkDeadline(): void;
  /**
   * The store has to be looked at again: the second time and from then on after a growing pause.
   * @throws {TokenBackendError} when that does not stop; the message says what the store does
   */
  lookAgain(surprise: StoreSurprise): Promise<void>;
  /** A rotation that is not stored yet comes first: nothing is redeemed on top of it. */
  forUnsaved(): Promise<void>;
  /** A store that is out of reach for a moment is asked again. */
  load(): Promise<StoredRecord>;
  /** @throws the failure of a store, unless it is asked again after this one */
  forgiven(failure: unknown): undefined;
  /**
   * A pause in the record is waited out when it is near, and told at once when it is not.
   * @throws {TokenEndpointError} the failure that it follows, or where the store had lost something, that
   */
  holdUntil(until: number, record: CredentialRecord | undefined): Promise<void>;
  /** Until the other holder is done: a hint from the store, or a growing, jittered look. */
  forLease(): Promise<void>;
  /** Emits how long another process's lease was waited for, if it was. */
  endWait(): void;
  /** A part of the moment of repair, after which to look again. */
  forRepair(ms: number): Promise<void>;
}

export type PaceParts = Pick<RenewalContext, 'clock' | 'closing' | 'commits' | 'emit' | 'store' | 'timing'>;

export function createPace(parts: PaceParts, flight: Flight): RenewalPace {
  const { clock, closing, timing, store, commits, emit } = parts;
  const deadline = clock.monotonic() + timing.renewalTimeoutMs;
  let patienceMs = timing.maxWaitMs;
  let surprises = 0;
  let lastSurprise: StoreSurprise = 'conflict';
  let waitingSince: number | undefined;
  let pollMs = FIRST_POLL_MS;

  const beaten = () => (lastSurprise === 'conflict' ? endlessConflicts : alwaysOlder)(surprises);
  /** Whether the wait keeps the process alive is decided when it begins. */
  const sleeping = (signal = closing) => ({ signal, ref: !flight.background });
  const pause = (ms: number) => clock.sleep(ms, sleeping());

  function forgiven(failure: unknown): undefined {
    const isOver = clock.monotonic() >= deadline;
    if (!isTransient(failure) || flight.background || isOver || patienceMs <= 0) throw failure;
  }

  return {
    checkDeadline() {
      if (clock.monotonic() < deadline) return;
      throw surprises > 1 ? beaten() : tookTooLong(timing.renewalTimeoutMs, waitingSince !== undefined);
    },

    async lookAgain(surprise: StoreSurprise): Promise<void> {
      surprises++;
      lastSurprise = surprise;
      if (surprises >= MOST_CONFLICTS) throw beaten();
      await waitAfter(surprises, clock, sleeping());
    },

    async forUnsaved(): Promise<void> {
      while (commits.unsaved) {
        if (flight.background || patienceMs <= 0) {
          throw (
            commits.fault ??
            new TokenBackendError({
              code: 'unavailable',
              message:
                'The token backend does not answer. Check that its store can be reached; the tokens in memory are kept.',
            })
          );
        }
        patienceMs -= LONGEST_POLL_MS;
        await Promise.race([commits.unsaved, pause(LONGEST_POLL_MS)]);
      }
    },

    forgiven,

    async load(): Promise<StoredRecord> {
      for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
        try {
          // Only a look: `close()` need not wait for its answer.
          return await abortable((flight.background ? store.inBackground : store).load(), closing);
        } catch (error) {
          forgiven(error);
        }
        patienceMs -= pauseMs;
        await pause(pauseMs);
      }
    },

    async holdUntil(until, record): Promise<void> {
      const ms = until - clock.now();
      if (flight.background || ms > patienceMs) throw putOffError(causeOf(record), ms);
      patienceMs -= ms;
      await pause(ms);
    },

    async forLease(): Promise<void> {
      waitingSince ??= clock.monotonic();
      surprises = 0;
      const woken = new AbortController();
      const stop = store.watch(() => woken.abort());
      const ms = pollMs * (0.5 + clock.random() / 2);
      pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS);
      const signal = AbortSignal.any([woken.signal, closing]);
      await clock.sleep(ms, sleeping(signal)).catch(() => undefined);
      stop();
    },

    forRepair: (ms) => pause(Math.min(ms, LONGEST_POLL_MS)),

    endWait(): void {
      if (waitingSince === undefined) return;
      emit({ type: 'lease_waited', waitedMs: Math.round(clock.monotonic() - waitingSince) });
      waitingSince = undefined;
      pollMs = FIRST_POLL_MS;
    },
  };
}

/** Failures are counted with the pauses that follow them. Any other pause is a moment of repair. */
function causeOf(record: CredentialRecord | undefined): PauseCause {
  const { failures = 0, lastFailure } = record ?? {};
  return failures > 0 && lastFailure ? lastFailure : MENDING;
}

const MENDING = {
  code: 'temporarily_unavailable',
  description:
    'it is not asked for a moment, since the token backend had lost something, and whoever knows the newest tokens is to put them back first',
} as const;

function tookTooLong(ms: number, isOthers: boolean): EndpointFailure {
  const seconds = Math.round(ms / 1000);
  const description = isOthers
    ? `another process has been renewing these tokens for ${seconds} s and has not ended. If it is stopped, let it go on`
    : `no renewal ended within ${seconds} s`;
  return new EndpointFailure({ code: 'timeout', sent: false, description });
}

function alwaysOlder(looks: number): TokenBackendError {
  return new TokenBackendError({
    code: 'unavailable',
    message: `The token backend has shown at each of ${looks} looks in a row something older than what was saved. Check that it is read from where it is written, and not from a replica; the tokens in memory are kept.`,
  });
}
