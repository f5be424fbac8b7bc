import type { Happening } from '../events.ts';
import { forgive } from '../forgive.ts';
import { oldTokensDie } from '../renewal/old-tokens-die.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';

/** What becomes of work that no caller waits for: see `background` of the options. */
export type BackgroundOption = false | ((work: Promise<unknown>) => void);

/** Decides about renewals behind calls: those that begin while the token in hand is still good. */
export interface BehindCalls {
  /** Whether such a renewal may begin at all. */
  readonly allowed: boolean;
  /** Whether this ask may begin one. `now`: a reading of the monotonic clock. */
  allowedBy(now: number): boolean;
  /** Passes work that no caller waits for to the function given as `background`. */
  handOver(work: Promise<unknown>): void;
}

/**
 * What comes within this time of the first ask belongs to the first call: some clients ask twice a call. A program that
 * makes one call and ends at once must not lose its refresh token to a renewal that its own call began.
 */
const FIRST_CALL_MS = 1_000;

export function createBehindCalls(
  { provider, emit }: Pick<RenewalContext, 'provider' | 'emit'>,
  background: BackgroundOption | undefined,
): BehindCalls {
  const isCareful = oldTokensDie(provider);
  let firstAskAt: number | undefined;
  return {
    allowed: background !== false,
    allowedBy(now) {
      firstAskAt ??= now;
      if (background !== undefined) return background !== false;
      return !isCareful || now - firstAskAt >= FIRST_CALL_MS;
    },
    handOver(work) {
      if (!background) return;
      const settled = work.then(
        () => undefined,
        () => undefined,
      );
      try {
        forgive(background(settled), () => emit(FAILED));
      } catch {
        emit(FAILED);
      }
    },
  };
}

const FAILED: Happening = {
  type: 'warning',
  code: 'background_failed',
  message:
    'The function given as `background` failed. It must take a promise and keep the program running until that settles, as waitUntil() does.',
};
