import type { AuthError } from './errors/auth-error.ts';
import type { ReauthorizationReason } from './errors/error-codes.ts';
import { toldBy } from './forgive.ts';
import { tracer } from './tracer.ts';

/** Why a renewal began. */
export type RenewalReason =
  /** No access token is held for these scopes. */
  | 'missing'
  /** The held token has ended, or lives for less than was asked. */
  | 'expired'
  /** The held token ends soon. It is used meanwhile, and no caller waits. */
  | 'expiring'
  /** A resource server rejected the held token. */
  | 'rejected'
  /** A resource server sent a claims challenge, which the held token does not meet. */
  | 'claims'
  /** `renew()` was called. */
  | 'forced'
  /** A new seed is there to be imported. */
  | 'seeded'
  /** A holder died in a renewal, and the server still forgives that its refresh token comes again. */
  | 'interrupted';

/**
 * What happened, told apart by `type`, and whose tokens it was about. Never holds a token: `renewalId` is random and made for
 * this purpose. Durations are in milliseconds.
 */
export type AuthEvent = {
  /** Whose tokens, in your words: `account` of the token manager. Undefined where a source of your own does not say. */
  account: string | undefined;
  /** `id` of the provider. Undefined where a source of your own does not say. */
  provider: string | undefined;
  /**
   * Of the access token that it is about, made by `fingerprint` of the token manager, so that what several processes tell of the
   * same token can be joined. In `renewed`, `signed_in` and `adopted` the token that came; in `replayed` and `rejected` the one
   * that was rejected. Undefined in all others, and without that option.
   */
  fingerprint?: string | undefined;
} /** A request to the token endpoint is about to be sent. `renewed` or `renewal_failed` follows, with the same `renewalId`. */ & (
  | { type: 'renewal_started'; renewalId: string; reason: RenewalReason }
  /** A renewal brought new tokens; `rotated`: a new refresh token among them. */
  | { type: 'renewed'; renewalId: string; durationMs: number; rotated: boolean }
  /** The request failed or was refused. Callers get `error` only where trying again, or looking at the store, brings nothing. */
  | { type: 'renewal_failed'; renewalId: string; error: AuthError }
  /** Another process (or another part of this one) renewed, and its tokens were taken over. */
  | { type: 'adopted' }
  /** Another holder's renewal was waited for. */
  | { type: 'lease_waited'; waitedMs: number }
  /** The holder of the lease is gone or silent; its renewal may or may not have reached the server. */
  | { type: 'lease_taken_over' }
  /** New tokens are held in memory only: the backend did not take them. They are saved as soon as it does. */
  | { type: 'unsaved'; error: AuthError | undefined }
  /** What was `unsaved` is stored now, so long after it was received. */
  | { type: 'saved_late'; afterMs: number }
  /** A person must sign in again; `reason` says why. Told by the process that found it out. */
  | { type: 'reauthorization_required'; reason: ReauthorizationReason }
  /** The store had lost something that this process still held, and got it back. */
  | { type: 'repaired' }
  /** `signIn()` stored the tokens of a new sign-in. */
  | { type: 'signed_in' }
  /** `signOut()` took the tokens out of the store. */
  | { type: 'signed_out' }
  /** Something to know about the set-up, once: for instance that a restart loses the tokens. */
  | { type: 'warning'; code: WarningCode; message: string }
  /** A request was answered 401 and sent once more with a renewed token. */
  | { type: 'replayed'; method: string; origin: string }
  /**
   * A 401 to our token went to the caller, since a renewal failed or could not help. Where `isRejected` is given, it says
   * what counts.
   */
  | { type: 'rejected'; origin: string }
  /** A request was not sent, and the caller got an error. */
  | { type: 'not_sent'; origin: string; reason: 'origin_not_allowed' }
  /** A response that asks for more than a renewal brings went to the caller. */
  | ({ type: 'step_up_required'; origin: string } & StepUp)
);

/** Each event of a union, without these members. */
export type EventWithout<Event, Member extends PropertyKey> = Event extends unknown
  ? Omit<Event, Member>
  : never;

/** Whom an event concerns. */
export type EventSubject = Pick<AuthEvent, 'account' | 'provider'>;

/** An event without the members that say whom it concerns, and which token. */
export type Happening = EventWithout<AuthEvent, keyof EventSubject | 'fingerprint'>;

/** Makes a short name of an access token, from which nothing can be learnt about the token without a key. */
export type TokenFingerprint = (accessToken: string) => string;

/** What an {@link AuthEvent} of type `warning` is about. */
export type WarningCode =
  /** A restart loses what the backend keeps. */
  | 'not_durable'
  /** The backend is read-only, so rotated refresh tokens live in this process alone. */
  | 'read_only'
  /** A sign-in brought no refresh token: it ends with its access token. */
  | 'no_refresh_token'
  /** A sign-in brought no refresh token, and the stored one of the same user was kept. */
  | 'refresh_token_kept'
  /** The server granted less than was asked for: the message names what is missing. */
  | 'scopes_narrowed'
  /** `watch` of a backend failed: what other processes do is found by looking, every `timing.recheckMs`. */
  | 'watch_failed'
  /** A record could not be read while accounts were listed: if it is an account of yours, the list lacks it. */
  | 'unreadable_record'
  /** The `clock` that was given failed: the system's was taken in its place. */
  | 'clock_failed'
  /** The function given as `background` threw or rejected. */
  | 'background_failed';

/** What a resource server asks for that no renewal brings: a person must consent or sign in again. */
export interface StepUp {
  /** `insufficient_scope` (RFC 6750) or `insufficient_user_authentication` (RFC 9470). */
  reason: 'insufficient_scope' | 'insufficient_user_authentication';
  /** With `insufficient_scope`: the scopes that would do. */
  scopes?: readonly string[] | undefined;
  /** With `insufficient_user_authentication`: the authentication context classes, of which one would do. */
  acrValues?: string | undefined;
  /** With `insufficient_user_authentication`: how old the sign-in may be, in seconds. */
  maxAge?: number | undefined;
}

/** Called with every event. What it throws, or rejects with, is ignored. */
export type AuthEventListener = (event: AuthEvent) => void;

/** Passes an event to the listener, and ignores what the listener throws or rejects with. */
export function emit(listener: AuthEventListener | undefined, event: AuthEvent): void {
  tracer?.event(event);
  if (!listener) return;
  toldBy(() => listener(event));
}

/** What the function given as `fingerprint` says of a token; undefined where it fails, or says what could betray the token. */
export function fingerprintOf(
  token: string | undefined,
  fingerprint: TokenFingerprint | undefined,
): string | undefined {
  const said = token && fingerprint && toldBy(() => fingerprint(token));
  const isFit = typeof said === 'string' && said.length <= LONGEST_FINGERPRINT && !token?.includes(said);
  return isFit ? said : undefined;
}

const LONGEST_FINGERPRINT = 16;
