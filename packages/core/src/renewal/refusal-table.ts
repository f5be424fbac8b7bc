import type { AuthError } from '../errors/auth-error.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { EndpointFailure, SAID, type SaidByServer } from '../errors/endpoint-failure.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import type { ReplyMeaning } from '../errors/reply-meaning.ts';

/** What a failure at the token endpoint means for the stored tokens. */
export type RefusalClass =
  | ReplyMeaning
  /** The request never left. */
  | 'unsent';

/** What a provider may throw: a refusal, or that it is set up wrongly and sent nothing. */
export type EndpointFault = EndpointFailure | ConfigurationError;

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function classifyRefusal(error: EndpointFault): RefusalClass {
  if (error instanceof ConfigurationError) return 'configuration';
  if (error.sent) return meaningOf(error);
  return error.retryable ? 'unsent' : 'configuration';
}

/** What an error means for the stored tokens. An error of a provider carries that. One of core itself says whether it passes. */
function meaningOf(error: EndpointFailure & SaidByServer): ReplyMeaning {
  return error[SAID]?.meaning ?? (error.retryable ? 'ambiguous' : 'configuration');
}

/** A success without a token that can be used: the server may have replaced the refresh token all the same. */
export function mayHaveRotated(error: EndpointFault): boolean {
  if (error instanceof ConfigurationError || error.code !== 'invalid_response' || !error.sent) return false;
  return error.status === undefined || error.status < 300;
}

/** What a refusal blocks. */
export type RefusalReach =
  /** The session: its refresh token was refused for good, and only a sign-in helps. */
  | 'session'
  /** The client, or the session for now: nothing is asked until the pause is over. */
  | 'family'
  /** One scope, until its pause is over. */
  | 'scope'
  /** This ask alone. */
  | 'ask';

/** What the refused request asked for. */
export interface Refusable {
  kind: RefusalClass;
  error: EndpointFault;
  /** The provider's own scopes were asked for. */
  isDefault: boolean;
  /** With claims, which are one caller's own. */
  hasClaims: boolean;
  hasRefreshToken: boolean;
}

/** Only a refusal of the refresh token for its own scopes is final; that of a wrong client concerns all scopes. */
export function reachOf({ kind, error, isDefault, hasClaims, hasRefreshToken }: Refusable): RefusalReach {
  if (error instanceof ConfigurationError) return 'ask';
  if (error.code === 'invalid_client') return 'family';
  if (hasClaims) return 'ask';
  if (!isDefault) return 'scope';
  if (kind === 'configuration') return 'family';
  if (!hasRefreshToken) return 'scope';
  return kind === 'grant' ? 'session' : 'family';
}

const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** How a pause grows: it doubles with each failure in a row. */
export interface PauseGrowth {
  firstMs: number;
  longestMs: number;
}

/** After failures that mostly pass by themselves, or that an operator mends. */
export const PROMPT: PauseGrowth = { firstMs: 1_000, longestMs: 5 * 60_000 };
/** After refusals that somebody must act upon at the server. */
export const PATIENT: PauseGrowth = { firstMs: 30_000, longestMs: 60 * 60_000 };

/**
 * How long all processes leave the token endpoint alone after this failure in a row: what `Retry-After` says, else a
 * growing pause. `random` is in [0, 1).
 */
export function pauseAfter(
  failures: number,
  retryAfterMs: number | undefined,
  random: number,
  { firstMs, longestMs }: PauseGrowth = PROMPT,
): number {
  if (retryAfterMs !== undefined && retryAfterMs > 0)
    return Math.min(Math.round(retryAfterMs), LONGEST_RETRY_AFTER_MS);
  const ceiling = Math.min(firstMs * 2 ** Math.min(failures - 1, 20), longestMs);
  return Math.round(ceiling * (0.5 + random / 2));
}

/** Refusals that asking again at once cannot change, also those that were told from the record without asking. */
export function isLasting(error: unknown): error is AuthError {
  if (error instanceof ReauthorizationRequiredError || error instanceof ConfigurationError) return true;
  if (!(error instanceof EndpointFailure)) return false;
  const meaning = meaningOf(error);
  return meaning !== 'later' && meaning !== 'ambiguous';
}
