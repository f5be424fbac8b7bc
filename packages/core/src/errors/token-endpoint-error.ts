import { AuthError } from './auth-error.ts';
import {
  endpointWords,
  isCode,
  SAID,
  type SaidByServer,
  type TokenEndpointErrorOptions,
} from './endpoint-failure.ts';
import type { TokenEndpointErrorCode } from './error-codes.ts';
import { presentableText, quotesSecret } from './presentable-text.ts';
import { meaningOf } from './reply-meaning.ts';

/**
 * The token endpoint refused or failed, or its reply could not be understood. The stored tokens are kept.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class TokenEndpointError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'TokenEndpointError';
  /** The HTTP status, where there was a reply. */
  declare readonly status: number | undefined;
  /** Whether the request can have reached the authorization server. */
  declare readonly sent: boolean;
  /** With `invalid_grant`: whether the refresh token may work again without a new sign-in. */
  declare readonly passes: boolean;
  /**
   * How long to wait before asking again, in milliseconds: what `Retry-After` asked for, from when the reply came; of an ask that
   * was not sent, what is left of the pause.
   */
  declare readonly retryAfterMs: number | undefined;
  /** The reply's `error_description`, without control characters and secrets, of at most 200 characters. */
  declare readonly description: string | undefined;

  constructor(options: TokenEndpointErrorOptions) {
    const words = endpointWords(withoutSecrets(options));
    super(words);
    Object.assign(this, words.members);
    const said: SaidByServer[typeof SAID] = {
      meaning: meaningOf(this),
      without: (secrets) => toldWithout(this, secrets),
    };
    Object.defineProperty(this, SAID, { value: said });
  }
}

/** Outside of the class: one that names itself is renamed when it is built, and so it would be printed. */
function toldWithout(
  error: TokenEndpointError,
  secrets: readonly (string | undefined)[],
): TokenEndpointError {
  return new TokenEndpointError({ ...error, cause: error.cause, secrets });
}

function withoutSecrets(options: TokenEndpointErrorOptions): TokenEndpointErrorOptions {
  const { code, description, secrets = [] } = options;
  const isQuoted = !WELL_KNOWN.has(code) && isCode(code) && quotesSecret(code, secrets);
  return {
    ...options,
    code: isQuoted ? 'invalid_response' : code,
    description: presentableText(description, secrets),
  };
}

/** No quotation, whatever the secret: a client may have one that is part of a word. */
const WELL_KNOWN: ReadonlySet<string> = new Set<TokenEndpointErrorCode>([
  'network',
  'timeout',
  'invalid_response',
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'interaction_required',
  'login_required',
  'consent_required',
  'server_error',
  'temporarily_unavailable',
  'authorization_pending',
  'slow_down',
  'expired_token',
  'invalid_dpop_proof',
  'use_dpop_nonce',
]);
