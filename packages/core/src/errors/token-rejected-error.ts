import { AuthError } from './auth-error.ts';

/**
 * A fresh token was refused again: that is the resource server's own verdict on this request, and
 * another renewal cannot change it. Thrown only where there is no response to hand over.
 */
export class TokenRejectedError extends AuthError {
  static override readonly kind = 'TokenRejectedError';

  declare readonly code: 'token_rejected';

  constructor({
    message = 'The resource server refused a token that was renewed a moment ago. Check its audience, scopes and permissions; renewing again cannot help.',
  }: { message?: string | undefined } = {}) {
    super({ code: 'token_rejected', message });
  }
}
