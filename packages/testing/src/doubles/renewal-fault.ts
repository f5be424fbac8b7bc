import { AuthError, ConfigurationError, TokenBackendError, TokenEndpointError } from '@everbearer/core';

/** Why a renewal fails, as a token manager tells it. For a person who must sign in there is `requireSignIn()`. */
export type RenewalFault =
  /** `TokenEndpointError` `network`, `sent: false`: nobody answers at the token endpoint. Worth retrying. */
  | 'network'
  /** `TokenEndpointError` `timeout`: no answer came in time. Worth retrying. */
  | 'timeout'
  /** `TokenEndpointError` `temporarily_unavailable`, status 503, with `retryAfterMs`. Worth retrying. */
  | 'unavailable'
  /** `TokenEndpointError` `invalid_client`, status 401: the client secret is wrong or has ended. */
  | 'invalid_client'
  /** `TokenEndpointError` `invalid_scope`, status 400: the scope is unknown, or not granted. */
  | 'invalid_scope'
  /** `TokenBackendError` `unavailable`: the store of the tokens does not answer. Worth retrying. */
  | 'store_unavailable'
  /** `TokenBackendError` `not_writable`: the store takes no writes, so nothing is renewed. */
  | 'store_not_writable';

const FAULTS: Readonly<Record<RenewalFault, () => AuthError>> = {
  network: () => new TokenEndpointError({ code: 'network', sent: false }),
  timeout: () => new TokenEndpointError({ code: 'timeout' }),
  unavailable: () =>
    new TokenEndpointError({ code: 'temporarily_unavailable', status: 503, retryAfterMs: 30_000 }),
  invalid_client: () => new TokenEndpointError({ code: 'invalid_client', status: 401 }),
  invalid_scope: () => new TokenEndpointError({ code: 'invalid_scope', status: 400 }),
  store_unavailable: () =>
    new TokenBackendError({
      code: 'unavailable',
      message: 'The store of this token double does not answer, as its test asked. Try again later.',
    }),
  store_not_writable: () =>
    new TokenBackendError({
      code: 'not_writable',
      message:
        'The store of this token double takes no writes, as its test asked. Make it writable for this process.',
    }),
};

/**
 * Makes the error, a new one for each renewal that fails.
 * @throws {ConfigurationError} when there is no such fault
 */
export function faultMaker(fault: RenewalFault | AuthError): () => AuthError {
  if (fault instanceof AuthError) return () => fault;
  if (typeof fault === 'string' && Object.hasOwn(FAULTS, fault)) return FAULTS[fault];
  throw new ConfigurationError({
    option: 'fault',
    message: `\`fault\` must be an AuthError, or one of ${Object.keys(FAULTS).join(', ')}.`,
  });
}
