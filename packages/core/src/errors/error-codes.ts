/** Why a new sign-in is needed. */
export type ReauthorizationReason =
  /** Nobody has signed in yet, or no refresh token came with the tokens and the access token has ended. */
  | 'no_credential'
  /** The authorization server refused the refresh token. */
  | 'revoked'
  /** It was refused after a renewal whose reply was lost, and with it the new refresh token. */
  | 'ambiguous_rotation'
  /** The authorization server asks for an interactive sign-in: other consent, a second factor. */
  | 'interaction_required'
  /** `signOut()` was called. */
  | 'signed_out';

/** What keeps a backend from loading or saving. */
export type TokenBackendErrorCode =
  /** What is there cannot be read by this process. */
  | 'unreadable'
  /** The store takes no writes from this process. */
  | 'not_writable'
  /** No space is left. */
  | 'full'
  /** What is stored is not a complete record. */
  | 'damaged'
  /** Others may read or replace what is stored. */
  | 'insecure_permissions'
  /** The store does not answer. This may pass by itself: the only code worth retrying. */
  | 'unavailable';

/**
 * The codes that this library knows of RFC 6749 section 5.2, RFC 8628, RFC 8707, RFC 9449 and OpenID Connect, and three
 * of its own for replies without one.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export type TokenEndpointErrorCode =
  /** The request or its reply was lost on the way. */
  | 'network'
  /** No reply came in time. */
  | 'timeout'
  /** The reply could not be understood, or held no usable token. */
  | 'invalid_response'
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'access_denied'
  | 'interaction_required'
  | 'login_required'
  | 'consent_required'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce';

/**
 * Every `code` that this library gives an error. A token endpoint may send codes of its own besides; those pass
 * unchanged.
 */
export type AuthErrorCode =
  /** `ConfigurationError`: an option is missing, wrong or cannot work. */
  | 'configuration'
  /** `OriginNotAllowedError`: the request was not sent. */
  | 'origin_not_allowed'
  /** `HeaderNotInjectedError` of the ky plugin: a call went past the guard. */
  | 'header_not_injected'
  /** `TokenRejectedError`: a token that was just renewed was rejected again. */
  | 'token_rejected'
  /** Your own token source failed, or resolved to something that is not a token. Nothing was sent. */
  | 'no_token'
  /** The token manager or the accounts were closed. */
  | 'closed'
  | ReauthorizationReason
  | TokenBackendErrorCode
  | TokenEndpointErrorCode;
