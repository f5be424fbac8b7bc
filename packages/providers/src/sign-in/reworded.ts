import type { TokenEndpointError } from '@everbearer/core';

/** The error with another message: what its class says is about one request, and here a person was waited for over many. */
export function reworded(error: TokenEndpointError, message: string): TokenEndpointError {
  if (error.stack) error.stack = error.stack.replace(error.message, () => message);
  error.message = message;
  return error;
}
