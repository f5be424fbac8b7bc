import { AuthError } from './auth-error.ts';
import type { ReauthorizationReason } from './error-codes.ts';

const REAUTHORIZATION_TEXT: Record<ReauthorizationReason, string> = {
  no_credential:
    'No refresh token is stored for this account at this provider, and its access token (if any) has ended. A sign-in brings one with the scope offline_access, or its equivalent.',
  revoked: 'The authorization server refused the refresh token for good: it was revoked or has expired.',
  ambiguous_rotation:
    'The authorization server refused the refresh token after a renewal whose reply was lost, together with the new refresh token.',
  interaction_required:
    'The authorization server asks for a person. The refresh token is kept and tried again after a pause.',
  signed_out: 'This account was signed out.',
};

/** What a {@link ReauthorizationRequiredError} is made of. */
export interface ReauthorizationRequiredErrorOptions {
  /** Why a new sign-in is needed. */
  code: ReauthorizationReason;
  /** Whose tokens they were, by your name for the account. Default: not said. */
  account?: string | undefined;
  /**
   * Where a seed is read from, by name or path, where the manager has one: the remedy names it. Default: there is none.
   */
  seedPlace?: string | undefined;
  /** The error that this one came from. Default: none. */
  cause?: unknown;
}

/**
 * A person is needed. It stays so until `signIn()` of the token manager, here or in another process, and until then the
 * server is not asked. With `interaction_required` what the server wants may also be done elsewhere (consent, a second
 * factor, a rule that an administrator changes): it is asked again after a pause that grows, once by `renew()`, and once by
 * each new process. `cause` holds the server's own words.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class ReauthorizationRequiredError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'ReauthorizationRequiredError';
  /** Why a new sign-in is needed. */
  declare readonly code: ReauthorizationReason;

  constructor({ code, account, seedPlace, cause }: ReauthorizationRequiredErrorOptions) {
    const whose = account ? ` (account "${account}")` : '';
    const remedy = seedPlace === undefined ? 'Sign' : `Put a new refresh token into ${seedPlace}, or sign`;
    const message = `${REAUTHORIZATION_TEXT[code]}${whose} ${remedy} in again and hand the tokens to signIn().`;
    super({ code, message, cause });
  }
}
