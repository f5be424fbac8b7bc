import { AuthError } from './auth-error.ts';

/**
 * A token that was renewed a moment ago was rejected (401) again: the resource server means this request, and renewing
 * once more cannot change it. Thrown only where there is no response to hand over.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export class TokenRejectedError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'TokenRejectedError';
  /** Always `token_rejected`. */
  declare readonly code: 'token_rejected';

  /**
   * @param facts - `message`: what was rejected, and the remedy; default: a text that fits every case. `cause`: the error
   * that this one came from; default: none
   */
  constructor({
    message = 'The resource server rejected a token that was renewed a moment ago. Check its audience, scopes and permissions; renewing again cannot help.',
    cause,
  }: { message?: string | undefined; cause?: unknown } = {}) {
    super({ code: 'token_rejected', message, cause });
  }
}
