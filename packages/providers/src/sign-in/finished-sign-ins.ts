import { SignInError } from './sign-in-error.ts';

const MOST = 10_000;

/** The states of the sign-ins that were finished in this process, until each would have ended, the oldest first. */
const finished = new Map<string, number>();

/**
 * Lets a sign-in be finished once in this process. A second time would present the code again, for which a server may revoke
 * what the first time brought (RFC 6749 section 4.1.2).
 * @returns takes that back, for a code that never left
 * @throws {SignInError} `pending_used`
 */
export function finishOnce(state: string, expiresAt: number, now: number): () => void {
  for (const [old, until] of finished) {
    if (until > now && finished.size < MOST) break;
    finished.delete(old);
  }
  if (finished.has(state)) throw new SignInError({ code: 'pending_used', message: USED });
  finished.set(state, expiresAt);
  return () => void finished.delete(state);
}

const USED =
  'This sign-in was finished before: the page was loaded again, or `pending` was kept. If the person is not signed in, begin a new sign-in. Delete `pending` as you read it.';
