import { TokenEndpointError } from '@everbearer/core';

/**
 * Entra wants more of the user than the token that your API was called with proves: a second factor, a known device. Only the
 * program that called your API can ask its user for that, so hand it `claims` in a 401:
 * `WWW-Authenticate: Bearer error="insufficient_claims", claims="<base64 of claims>"`.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export class ClaimsChallengeError extends TokenEndpointError {
  /** What Entra wants, as JSON text. */
  readonly claims: string;

  /** For tests of your own: `onBehalfOf()` throws these. */
  constructor(options: ConstructorParameters<typeof TokenEndpointError>[0] & { claims: string }) {
    super(options);
    this.claims = options.claims;
  }
}
