import { TokenEndpointError } from '@everbearer/core';

/** What each grant without a person presents. */
const PRESENTED: Readonly<Record<string, string>> = {
  client_credentials: 'the client and `clientAuthentication`',
  'urn:ietf:params:oauth:grant-type:jwt-bearer':
    "the `assertion` of jwtBearer(): its key, its times and this machine's clock",
  'urn:ietf:params:oauth:grant-type:token-exchange': 'the `subjectToken` of tokenExchange()',
};

/**
 * The refusal of a grant without a person: no sign-in mends that, so it begins with what to check. It stands before what the server said,
 * so that it is not cut off.
 */
export function refusedGrant(type: string, error: unknown): unknown {
  if (!(error instanceof TokenEndpointError) || error.code !== 'invalid_grant') return error;
  const { code, status, passes, retryAfterMs, retryable, description: said } = error;
  const check = `check ${PRESENTED[type] ?? 'the parameters of `grant`'}`;
  const description = said === undefined ? check : `${check}. The server said: ${said}`;
  return new TokenEndpointError({ code, status, passes, retryAfterMs, retryable, description });
}
