import type { AuthEvent } from '@everbearer/core';

/** How much an event matters to whoever reads the log. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

type EventType = AuthEvent['type'];

/** The level of each event where `levels` says nothing else. */
export const LEVELS: Readonly<Record<EventType, LogLevel>> = {
  renewal_started: 'debug',
  renewed: 'info',
  // Callers may not notice: the old token still serves, or the next try brings a new one.
  renewal_failed: 'warn',
  adopted: 'debug',
  lease_waited: 'debug',
  lease_taken_over: 'warn',
  // If the process ends before the store is mended, a person has to sign in.
  unsaved: 'error',
  saved_late: 'info',
  reauthorization_required: 'error',
  repaired: 'warn',
  signed_in: 'info',
  signed_out: 'info',
  warning: 'warn',
  replayed: 'info',
  rejected: 'warn',
  not_sent: 'warn',
  step_up_required: 'warn',
};

/** The words of each event: always the same, so that a log can be searched and counted by them. */
export const WORDS: Readonly<Record<Exclude<EventType, 'warning'>, string>> = {
  renewal_started: 'A renewal of the access token begins',
  renewed: 'The access token was renewed',
  renewal_failed: 'A renewal of the access token failed',
  adopted: 'Another process renewed the access token, and it was taken over',
  lease_waited: 'The renewal of another process was waited for',
  lease_taken_over: 'The process that was renewing is gone or silent: its lease was taken over',
  unsaved: 'The store did not take the newest tokens: they are in memory alone until it does',
  saved_late: 'The store took the newest tokens, late',
  reauthorization_required: 'A person must sign in again',
  repaired: 'The store had lost something, and got it back',
  signed_in: 'A sign-in was stored',
  signed_out: 'Signed out',
  replayed: 'A request was answered 401 and sent once more with a renewed token',
  rejected: 'A request was answered 401, and no renewal helps: the caller got the answer',
  not_sent: 'A request was not sent, since no token may go there',
  step_up_required: 'A request needs another consent or another sign-in: the caller got the answer',
};
