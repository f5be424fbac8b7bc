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
  const { code, status = 0, sent } = error;
  if (!sent) return 'unsent';
  if (status === 429 || status === 503) return 'later';
  if (status >= 300 && status < 400) return 'configuration';
  const known = meaningOf(code);
  if (known && known !== 'ambiguous') return known;
  if (status === 401 || status === 403) return 'configuration';
  return known || status < 400 || status >= 500 ? 'ambiguous' : 'configuration';
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/**
 * How long all processes leave the token endpoint alone after this failure in a row: what `Retry-After` says, else a
 * growing pause. `random` is in [0, 1).
 */
export function pauseAfter(failures: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined && retryAfterMs > 0)
    return Math.min(Math.round(retryAfterMs), LONGEST_RETRY_AFTER_MS);
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
