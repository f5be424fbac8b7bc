/** What is drawn: one look each, told apart by shape as well as by colour. */
export type MarkKind =
  | 'answered'
  | 'rejected'
  | 'failed'
  | 'replayed'
  | 'renewed'
  | 'renewal_failed'
  | 'waited'
  | 'adopted'
  | 'expired'
  | 'signed_in'
  | 'person'
  | 'odd'
  | 'started'
  | 'ended'
  | 'killed';

/** The words of the legend, in its order. */
export const LEGEND: Readonly<Record<MarkKind, string>> = {
  answered: 'request answered',
  rejected: 'refused: 401',
  replayed: 'sent again',
  failed: 'request failed',
  renewed: 'renewed',
  renewal_failed: 'renewal failed',
  waited: 'waited for another',
  adopted: "took over another's",
  expired: 'token expired',
  signed_in: 'signed in',
  person: 'needs a person',
  odd: 'other news',
  started: 'began',
  ended: 'ended',
  killed: 'killed or failed',
};

/** How an event is drawn, and what it says. */
interface EventLook {
  kind: MarkKind;
  words: string;
}

const EVENTS: Readonly<Record<string, EventLook>> = {
  renewed: { kind: 'renewed', words: 'Renewed the token' },
  renewal_failed: { kind: 'renewal_failed', words: 'A renewal failed; the tokens are kept' },
  lease_waited: { kind: 'waited', words: 'Waited for the renewal of another process' },
  adopted: { kind: 'adopted', words: 'Took over the token that another process brought' },
  lease_taken_over: { kind: 'odd', words: 'Took over the renewal of a process that is gone' },
  unsaved: { kind: 'odd', words: 'Could not store the new token yet, and serves it from memory' },
  saved_late: { kind: 'odd', words: 'Stored the new token late' },
  reauthorization_required: { kind: 'person', words: 'A person must sign in again' },
  repaired: { kind: 'odd', words: 'Gave the store back what it had lost' },
  signed_in: { kind: 'signed_in', words: 'A person signed in' },
  signed_out: { kind: 'signed_in', words: 'A person signed out' },
  warning: { kind: 'odd', words: 'Warned' },
  replayed: { kind: 'replayed', words: 'Sent the refused request once more, with a new token' },
  rejected: { kind: 'rejected', words: 'A 401 to our token went to the caller' },
  not_sent: { kind: 'failed', words: 'Did not send a request' },
  watch_began: { kind: 'started', words: 'This page began to watch' },
  step_up_required: { kind: 'person', words: 'An API asks for more than a renewal brings' },
};

/** An event of a newer version is shown by its name. */
export function eventLook(type: string): EventLook | undefined {
  // Whatever came of it says more, and has the same moment.
  if (type === 'renewal_started') return undefined;
  return Object.hasOwn(EVENTS, type) ? EVENTS[type] : { kind: 'odd', words: type.replaceAll('_', ' ') };
}
