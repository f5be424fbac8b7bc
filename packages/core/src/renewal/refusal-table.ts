import type { AuthError } from '../errors/auth-error.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import { TokenEndpointError } from '../errors/token-endpoint-error.ts';

/** What a reply of the token endpoint means for the stored tokens. */
export type RefusalClass =
  /** The grant itself was refused. */
  | 'grant'
  /** A person must act; the refresh token may work again. */
  | 'interaction'
  /** The client is set up wrongly; the tokens are fine. */
  | 'configuration'
  /** Not now. */
  | 'later'
  /** The reply was lost or made no sense: the server may have rotated. */
  | 'ambiguous'
  /** The request never left. */
  | 'unsent'
  /** The proof lacks the nonce that this reply brought. The refresh token was not looked at: one more try may pass. */
  | 'nonce';

const REFUSALS: Readonly<Record<string, RefusalClass>> = {
  invalid_grant: 'grant',
  interaction_required: 'interaction',
  login_required: 'interaction',
  consent_required: 'interaction',
  mfa_required: 'interaction',
  invalid_client: 'configuration',
  unauthorized_client: 'configuration',
  unsupported_grant_type: 'configuration',
  invalid_scope: 'configuration',
  invalid_target: 'configuration',
  invalid_request: 'configuration',
  invalid_dpop_proof: 'configuration',
  use_dpop_nonce: 'nonce',
  access_denied: 'configuration',
  temporarily_unavailable: 'later',
  slow_down: 'later',
  server_error: 'ambiguous',
  network: 'ambiguous',
  timeout: 'ambiguous',
  invalid_response: 'ambiguous',
};

/** What a provider may throw: a refusal, or that it is set up wrongly and sent nothing. */
export type EndpointFault = TokenEndpointError | ConfigurationError;

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function classifyRefusal(error: EndpointFault): RefusalClass {
  if (error instanceof ConfigurationError) return 'configuration';
  const { code, status = 0, sent } = error;
  if (!sent) return 'unsent';
  if (status === 429 || status === 503) return 'later';
  if (status >= 300 && status < 400) return 'configuration';
  const known = Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (known && known !== 'ambiguous') return known;
  if (status === 401 || status === 403) return 'configuration';
  if (known === 'ambiguous' || status === 0 || status >= 500) return 'ambiguous';
  return status >= 400 ? 'configuration' : 'ambiguous';
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** How long all processes leave the token endpoint alone after this failure in a row. */
export function pauseAfterFault(error: EndpointFault, failures: number, random: number): number {
  return pauseAfter(failures, error instanceof TokenEndpointError ? error.retryAfterMs : undefined, random);
}

/** `Retry-After` where it says something, else a growing pause. `random` is in [0, 1). */
export function pauseAfter(failures: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined && retryAfterMs > 0) return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
  const ceiling = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20), LONGEST_PAUSE_MS);
  return Math.round(ceiling * (0.5 + random / 2));
}

/** Refusals that asking again at once cannot change. */
export function isLasting(error: unknown): error is AuthError {
  if (error instanceof ReauthorizationRequiredError) return true;
  if (!(error instanceof TokenEndpointError || error instanceof ConfigurationError)) return false;
  const kind = classifyRefusal(error);
  return kind !== 'later' && kind !== 'ambiguous' && kind !== 'unsent';
}
