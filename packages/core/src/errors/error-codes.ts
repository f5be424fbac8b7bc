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
  /** The request lacks a parameter, repeats one, or is malformed. */
  | 'invalid_request'
  /** The client is unknown, or did not authenticate as it must. */
  | 'invalid_client'
  /** The refresh token, or the code, is expired, revoked, or was issued to another client. */
  | 'invalid_grant'
  /** This client may not use this grant type. */
  | 'unauthorized_client'
  /** The server does not know this grant type. */
  | 'unsupported_grant_type'
  /** A scope is unknown, malformed, or beyond what was granted. */
  | 'invalid_scope'
  /** The resource or audience is unknown or malformed (RFC 8707). */
  | 'invalid_target'
  /** The person, or the server, declined. */
  | 'access_denied'
  /** A person must do something at the server: OpenID Connect Core section 3.1.2.6. */
  | 'interaction_required'
  /** A person must sign in again. */
  | 'login_required'
  /** A person, or an administrator, must consent. */
  | 'consent_required'
  /** The server failed in a way that it did not foresee. */
  | 'server_error'
  /** The server is overloaded or under maintenance: the same request may pass later. */
  | 'temporarily_unavailable'
  /** The person has not finished a device sign-in yet (RFC 8628). */
  | 'authorization_pending'
  /** As `authorization_pending`, and the polls come too often. */
  | 'slow_down'
  /** The device code ended before the person finished. */
  | 'expired_token'
  /** The proof of possession was not accepted (RFC 9449). */
  | 'invalid_dpop_proof'
  /** The server wants its nonce in the proof of possession. */
  | 'use_dpop_nonce';

/**
 * Every `code` that core, the backends and the ky plugin give an error, and the providers at the token endpoint. On top
 * come those of the providers, `TokenImportErrorCode` of `importTokens()` and `SignInErrorCode` of a sign-in in a browser, and
 * the codes of a server's own, which pass unchanged.
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
  /** Your own token source failed while it got a token, or resolved to none. Nothing was sent. */
  | 'no_token'
  /** The token manager or the accounts were closed. */
  | 'closed'
  | ReauthorizationReason
  | TokenBackendErrorCode
  | TokenEndpointErrorCode;
