import type { AuthError } from '../errors/auth-error.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import { TokenEndpointError } from '../errors/token-endpoint-error.ts';

/** What a reply of the token endpoint means for the stored tokens. */
export type RefusalClass =
  /** The grant itself was refused. Final, if it was the refresh token of the session. */
  | 'grant'
  /** A person or an administrator must act; the refresh token may work again. */
  | 'interaction'
  /** The client is set up wrongly; the tokens are fine. */
  | 'configuration'
  /** Not now. */
  | 'later'
  /** The reply was lost, or the server failed in the midst of it: it may have rotated. */
  | 'ambiguous'
  /** The request never left. */
  | 'unsent'
  /** The proof lacks the nonce that this reply brought. The refresh token was not looked at: one more try may pass. */
  | 'nonce';

/** What the codes of RFC 6749, OpenID Connect and their relatives mean; `unsent` has no code, since no server spoke. */
const CODES: Readonly<Record<Exclude<RefusalClass, 'unsent'>, readonly string[]>> = {
  grant: ['invalid_grant'],
  interaction: ['interaction_required', 'login_required', 'consent_required', 'mfa_required'],
  configuration: [
    'invalid_client',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'invalid_target',
    'invalid_request',
    'invalid_dpop_proof',
    'access_denied',
  ],
  nonce: ['use_dpop_nonce'],
  later: ['temporarily_unavailable', 'slow_down'],
  ambiguous: ['server_error', 'network', 'timeout', 'invalid_response'],
};

function meaningOf(code: string): RefusalClass | undefined {
  return (Object.keys(CODES) as (keyof typeof CODES)[]).find((kind) => CODES[kind].includes(code));
}

/** What a provider may throw: a refusal, or that it is set up wrongly and sent nothing. */
export type EndpointFault = TokenEndpointError | ConfigurationError;

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function classifyRefusal(error: EndpointFault): RefusalClass {
  if (error instanceof ConfigurationError) return 'configuration';
  return error.sent ? classOfReply(error) : 'unsent';
}

function classOfReply({ code, status = 0, passes }: TokenEndpointError): RefusalClass {
  if (NOT_NOW.includes(status)) return 'later';
  if (status >= 300 && status < 400) return 'configuration';
  const known = meaningOf(code);
  if (known === 'grant' && passes) return 'interaction';
  if (known && known !== 'ambiguous') return known;
  if (status >= 500 || (status === 0 && code !== 'invalid_response')) return 'ambiguous';
  // It was answered, so it was not lost; and what was answered so will be answered so again.
  return code === 'server_error' ? 'later' : 'configuration';
}

/** Request Timeout, Too Early, Too Many Requests, Service Unavailable. */
const NOT_NOW: readonly number[] = [408, 425, 429, 503];

/** A success without a token that can be used: the server may have replaced the refresh token all the same. */
export function mayHaveRotated(error: EndpointFault): boolean {
  if (error instanceof ConfigurationError || error.code !== 'invalid_response' || !error.sent) return false;
  return error.status === undefined || error.status < 300;
}

/** What a refusal stands in the way of. */
export type RefusalReach =
  /** The session: its refresh token was refused for good, and only a sign-in helps. */
  | 'session'
  /** The client, or the session for now: nothing is asked until the pause is over. */
  | 'family'
  /** One scope, until its pause is over. */
  | 'scope'
  /** This ask alone. */
  | 'ask';

/** What was asked for when the refusal came. */
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

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const LONGEST_RETRY_AFTER_MS = 60 * MINUTE_MS;

/** How a pause grows: it doubles with each failure in a row. */
export interface PauseGrowth {
  firstMs: number;
  longestMs: number;
}

/** After failures that mostly pass by themselves, or that an operator mends. */
export const PROMPT: PauseGrowth = { firstMs: SECOND_MS, longestMs: 5 * MINUTE_MS };
/** After refusals that somebody must act upon at the server. */
export const PATIENT: PauseGrowth = { firstMs: 30 * SECOND_MS, longestMs: 60 * MINUTE_MS };

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
  if (error instanceof ReauthorizationRequiredError) return true;
  if (!(error instanceof TokenEndpointError || error instanceof ConfigurationError)) return false;
  if (error instanceof ConfigurationError) return true;
  const kind = classOfReply(error);
  return kind !== 'later' && kind !== 'ambiguous';
}
