import { AuthError } from './auth-error.ts';
import type { ReauthorizationReason } from './error-codes.ts';

const REAUTHORIZATION_TEXT: Record<ReauthorizationReason, string> = {
  no_credential: 'No refresh token is stored for this account, and its access token (if any) has ended.',
  revoked: 'The authorization server refused the refresh token: it was revoked or has expired.',
  ambiguous_rotation:
    'The authorization server refused the refresh token after a renewal whose reply was lost; the token it then issued reached nobody.',
  interaction_required: 'The authorization server asks for an interactive sign-in.',
  signed_out: 'This account was signed out.',
};

/** What a {@link ReauthorizationRequiredError} is made of. */
export interface ReauthorizationRequiredErrorOptions {
  /** Why. */
  code: ReauthorizationReason;
  /** Whose tokens they were, in your words. */
  account?: string | undefined;
  /** What it came from. Of foreign errors only name and code are kept. */
  cause?: unknown;
}

/** Nothing but a new sign-in helps. It stays so until {@link TokenManager.signIn}, here or in another process. */
export class ReauthorizationRequiredError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'ReauthorizationRequiredError';
  /** Tells causes apart. Stable. */
  declare readonly code: ReauthorizationReason;

  constructor({ code, account, cause }: ReauthorizationRequiredErrorOptions) {
    const whose = account ? ` (account "${account}")` : '';
    const message = `${REAUTHORIZATION_TEXT[code]}${whose} Sign in again and hand the tokens to signIn().`;
    super({ code, message, cause });
  }
}
