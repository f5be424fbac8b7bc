import { TokenEndpointError } from '@everbearer/core';
import { faultIn, isMalformed } from './network-failure.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * A reply that has a status and no whole body. A success that breaks off on its way is a lost reply, and may have held a new
 * refresh token. A refusal that does has not been understood, so it is asked for again. What comes whole and cannot be read is the
 * fault of the server, and is not mended by waiting.
 */
export function brokenReply(response: Response, cause: unknown): TokenEndpointError {
  const { ok, status, headers } = response;
  const fault = faultIn(cause);
  if (isMalformed(cause)) {
    const description = `the reply with status ${status} came and cannot be read (${fault}): it is not what its headers say of it`;
    return new TokenEndpointError({ code: 'invalid_response', status, retryable: false, description, cause });
  }
  if (ok) return new TokenEndpointError({ code: 'network', status, description: fault, cause });
  return new TokenEndpointError({
    code: 'invalid_response',
    status,
    retryable: true,
    retryAfterMs: retryAfterMs(headers, Date.now()),
    description: `the reply broke off before it said why (${fault})`,
    cause,
  });
}
