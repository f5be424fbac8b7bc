/** Why a person (or an operator) must act. */
export type ReauthorizationReason =
  | 'no_credential'
  | 'revoked'
  | 'ambiguous_rotation'
  | 'interaction_required'
  | 'signed_out';

/** What keeps a backend from loading or saving. */
export type TokenBackendErrorCode =
  /** What is there cannot be read by this process. */
  | 'unreadable'
  /** The store takes no writes from this process. */
  | 'not_writable'
  /** No space is left. */
  | 'full'
  /** What is stored is no record, or not all of it. */
  | 'damaged'
  /** Others may read or replace what is stored. */
  | 'insecure_permissions'
  /** The store does not answer. It may pass: the only one worth retrying. */
  | 'unavailable';

/**
 * The codes of RFC 6749 section 5.2, RFC 8628, RFC 8707, RFC 9449 and OpenID Connect that this library knows, and three of
 * its own for replies without one.
 */
export type TokenEndpointErrorCode =
  /** The request or its reply was lost on the way. */
  | 'network'
  /** No reply came in time. */
  | 'timeout'
  /** The reply made no sense, or held no usable token. */
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
  /** `TokenRejectedError`: a token was rejected, and renewing it cannot help. */
  | 'token_rejected'
  /** A token source of one's own failed, or resolved to no token. Nothing was sent. */
  | 'no_token'
  /** The token manager or the accounts were closed. */
  | 'closed'
  | ReauthorizationReason
  | TokenBackendErrorCode
  | TokenEndpointErrorCode;
