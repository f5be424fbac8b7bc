import { TokenEndpointError } from '@everbearer/core';

/**
 * What a rejected `fetch` means: `timeout` if the signal ended it, else `network`. `sent` is false only if the failure
 * itself proves that no byte of the request left: the host has no address, the connection failed, or the certificate
 * was refused. A refresh token that may have left may have been spent.
 */
export function networkFailure(cause: unknown, signal: AbortSignal): TokenEndpointError {
  if (signal.aborted) return new TokenEndpointError({ code: 'timeout' });
  return new TokenEndpointError({ code: 'network', sent: !neverLeft(cause), cause });
}

/** Errors that can only come from looking up the host, from connecting, or from checking the certificate. */
const BEFORE_THE_REQUEST =
  /^(ENOTFOUND|EAI_[A-Z]+|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_[A-Z_]+|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_[A-Z_]+|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_WRONG_VERSION_NUMBER)$/;

const SEARCH_DEPTH = 5;

/** The reason is at the end of the chain of causes. If several addresses were tried, each failure must prove it. */
function neverLeft(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > SEARCH_DEPTH) return false;
  const { code, syscall, errors, cause } = error as {
    code?: unknown;
    syscall?: unknown;
    errors?: unknown;
    cause?: unknown;
  };
  if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => neverLeft(each, depth + 1));
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  if (typeof code === 'string' && BEFORE_THE_REQUEST.test(code)) return true;
  return neverLeft(cause, depth + 1);
}
