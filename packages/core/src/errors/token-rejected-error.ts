import { AuthError } from './auth-error.ts';

/**
 * A token that was renewed a moment ago was rejected again: the resource server objects to more than the token's age, and
 * another renewal cannot change that. Thrown only where there is no response to hand over.
 */
export class TokenRejectedError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'TokenRejectedError';

  /** The one code of this class. */
  declare readonly code: 'token_rejected';

  constructor({
    message = 'The resource server rejected a token that was renewed a moment ago. Check its audience, scopes and permissions; renewing again cannot help.',
  }: { message?: string | undefined } = {}) {
    super({ code: 'token_rejected', message });
  }
}
