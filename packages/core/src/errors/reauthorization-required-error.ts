import { AuthError } from './auth-error.ts';

/** Why a person (or an operator) must act. */
export type ReauthorizationReason =
  | 'no_credential'
  | 'revoked'
  | 'ambiguous_rotation'
  | 'interaction_required'
  | 'signed_out';

const REAUTHORIZATION_TEXT: Record<ReauthorizationReason, string> = {
  no_credential: 'No refresh token is stored for this account, and its access token (if any) has ended.',
  revoked: 'The authorization server refused the refresh token: it was revoked or has expired.',
  ambiguous_rotation:
    'The authorization server refused the refresh token after a renewal whose reply was lost; the token it then issued reached nobody.',
  interaction_required: 'The authorization server asks for an interactive sign-in.',
  signed_out: 'This account was signed out.',
};

/** Nothing but a new sign-in helps. It stays so until {@link TokenManager.signIn}, here or in another process. */
export class ReauthorizationRequiredError extends AuthError {
  static override readonly kind = 'ReauthorizationRequiredError';
  override name = 'ReauthorizationRequiredError';
  declare readonly code: ReauthorizationReason;

  constructor(reason: ReauthorizationReason, { account, cause }: { account?: string; cause?: unknown } = {}) {
    const whose = account ? ` (account "${account}")` : '';
    super(`${REAUTHORIZATION_TEXT[reason]}${whose} Sign in again and hand the tokens to signIn().`, {
      code: reason,
      cause,
    });
  }
}
