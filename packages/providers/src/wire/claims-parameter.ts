import { TokenEndpointError } from '@everbearer/core';
import { jsonObjectIn } from './json-object.ts';

/**
 * The `claims` parameter of a request, or nothing. Resource servers write these challenges, so they are checked.
 * @throws {TokenEndpointError} `invalid_request` if the text is not a JSON object
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
 */
export function claimsParameter(claims: string | undefined): { claims?: string } {
  if (claims === undefined || claims === '') return {};
  if (jsonObjectIn(claims)) return { claims };
  throw new TokenEndpointError({
    code: 'invalid_request',
    description: 'the claims challenge is not a JSON object; nothing was sent',
  });
}
