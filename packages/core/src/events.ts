import type { AuthError } from './errors/auth-error.ts';
import type { ReauthorizationReason } from './errors/reauthorization-required-error.ts';

/** Why a renewal began. */
export type RenewalReason =
  | 'missing'
  | 'expired'
  | 'expiring'
  | 'rejected'
  | 'claims'
  | 'forced'
  | 'seeded'
  /** A holder died in a renewal, and the server still forgives that its refresh token comes again. */
  | 'interrupted';

/**
 * What happened, told apart by `type`. Never holds a token: `renewalId` is random and made for this purpose.
 */
export type AuthEvent =
  | { type: 'renewal_started'; renewalId: string; reason: RenewalReason }
  | { type: 'renewed'; renewalId: string; durationMs: number; rotated: boolean }
  | { type: 'renewal_failed'; renewalId: string; error: AuthError }
  /** Another process (or another part of this one) renewed, and its tokens were taken over. */
  | { type: 'adopted' }
  /** Another holder's renewal was waited for. */
  | { type: 'lease_waited'; waitedMs: number }
  /** The holder of the lease is gone or silent; its renewal may or may not have reached the server. */
  | { type: 'lease_taken_over' }
  /** New tokens are held in memory only: the backend did not take them. They are saved as soon as it does. */
  | { type: 'unsaved'; error: AuthError | undefined }
  | { type: 'saved_late'; afterMs: number }
  | { type: 'reauthorization_required'; reason: ReauthorizationReason }
  /** A request was refused with 401 and sent once more with a renewed token. */
  | { type: 'replayed'; method: string; origin: string }
  /** A request was not sent, or a challenge was handed to the caller: a renewal could not help. */
  | ({ type: 'refused'; origin: string; reason: RefusalReason } & StepUp)
  /** The store had lost something that this process still held, and got it back. */
  | { type: 'repaired' }
  | { type: 'signed_in' }
  | { type: 'signed_out' }
  /** Something to know about the set-up, once: for instance that a restart loses the tokens. */
  | { type: 'warning'; message: string };

/** What a resource server asks for that no renewal brings: to be asked of a person. */
export interface StepUp {
  /** With `insufficient_scope`: the scopes that would do. */
  scopes?: readonly string[];
  /** With `insufficient_user_authentication`: the authentication context classes, of which one would do. */
  acrValues?: string;
  /** With `insufficient_user_authentication`: how old the sign-in may be, in seconds. */
  maxAge?: number;
}

export type RefusalReason =
  | 'origin_not_allowed'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'token_rejected';

/** Called with every event. What it throws or rejects with is ignored. */
export type AuthEventListener = (event: AuthEvent) => void;

/** Hands an event to the listener; a listener that fails breaks nothing. */
export function emit(listener: AuthEventListener | undefined, event: AuthEvent): void {
  if (!listener) return;
  try {
    const result: unknown = listener(event);
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // The listener's own trouble.
  }
}
