import { AuthError } from '../errors/auth-error.ts';

/** What a closed token manager answers to everything. */
export function closedError(): AuthError {
  return new AuthError({
    code: 'closed',
    message: 'This token manager was closed. Create a new one to go on.',
  });
}
