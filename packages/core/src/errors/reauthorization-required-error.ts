import { AuthError } from './auth-error.ts';
import type { ReauthorizationReason } from './error-codes.ts';

const REAUTHORIZATION_TEXT: Record<ReauthorizationReason, string> = {
  no_credential: 'No refresh token is stored for this account, and its access token (if any) has ended.',
  revoked: 'The authorization server refused the refresh token: it was revoked or has expired.',
  ambiguous_rotation:
    'The authorization server refused the refresh token after a renewal whose reply was lost, together with the new refresh token.',
  interaction_required: 'The authorization server asks for an interactive sign-in.',
  signed_out: 'This account was signed out.',
};

/** What a {@link ReauthorizationRequiredError} is made of. */
export interface ReauthorizationRequiredErrorOptions {
  /** Why a new sign-in is needed. */
  code: ReauthorizationReason;
  /** Whose tokens they were, by your name for the account. Default: not said. */
  account?: string | undefined;
  /** The error that this one came from. Default: none. */
  cause?: unknown;
}

/**
 * Only a new sign-in helps. It stays so until `signIn()` of the token manager, here or in another process.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class ReauthorizationRequiredError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'ReauthorizationRequiredError';
  /** Why a new sign-in is needed. */
  declare readonly code: ReauthorizationReason;

  constructor({ code, account, cause }: ReauthorizationRequiredErrorOptions) {
    const whose = account ? ` (account "${account}")` : '';
    const message = `${REAUTHORIZATION_TEXT[code]}${whose} Sign in again and hand the tokens to signIn().`;
    super({ code, message, cause });
  }
}
