import { AuthError, TokenEndpointError } from '@everbearer/core';

/**
 * Why a sign-in in a browser did not end in tokens. Beside these, `code` is what the authorization server sent as `error`:
 * `access_denied` when the person declines, `login_required`, `server_error`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export type SignInErrorCode =
  /** The callback is no address, or says one thing twice. */
  | 'invalid_callback'
  /** The callback belongs to another sign-in, or carries no `state`. */
  | 'state_mismatch'
  /** The callback comes from another authorization server (RFC 9207). */
  | 'issuer_mismatch'
  /** The ID token was issued for another sign-in. */
  | 'nonce_mismatch'
  /** The ID token was issued to another client, or by another issuer. */
  | 'id_token_mismatch'
  /** The callback carries neither a code nor an error. */
  | 'missing_code'
  /** `pending` is missing, or not what `beginSignIn()` gave. */
  | 'invalid_pending'
  /** The person took longer than `timeoutMs` of `beginSignIn()`. */
  | 'pending_expired'
  /** This sign-in was finished before: the person reloaded the page, or went back to it. */
  | 'pending_used'
  /** `pending` was made with another provider. */
  | 'other_provider'
  /** Nobody came back to the loopback address in time. */
  | 'timeout';

/** What a {@link SignInError} is made of. */
export interface SignInErrorOptions {
  /** One of ours, or the `error` that the server sent. */
  code: SignInErrorCode | (string & {});
  /** What happened, and the remedy. Never a secret. */
  message: string;
  /** The `error_description` that the server sent, made fit to be shown. Default: none. */
  description?: string | undefined;
}

/**
 * A sign-in in a browser did not end in tokens. Whatever the code, what is stored is untouched, and the remedy is a new
 * `beginSignIn()`; the message says what else to look at.
 */
export class SignInError extends AuthError {
  /** What `instanceof` goes by, so that two installed copies know each other's errors. */
  static override readonly kind = 'SignInError';
  /** Stable: what a program may decide by. */
  declare readonly code: SignInErrorCode | (string & {});
  /** What the server said about its refusal, without control characters, of at most 200 characters. */
  readonly description: string | undefined;

  /** For tests of your own: `finishSignIn()` and `authorizationCode()` throw these. */
  constructor({ description, ...options }: SignInErrorOptions) {
    super(options);
    this.description = description;
  }
}

/** The refusal that the browser brought back. Whatever `secrets` names is not quoted. */
export function refusedSignIn(
  error: string,
  description: string | undefined,
  secrets: readonly (string | undefined)[],
): SignInError {
  // Cleans both as it does with a reply of the token endpoint.
  const clean = new TokenEndpointError({ code: error, sent: false, description, secrets });
  const said = clean.description === undefined ? '' : `: ${clean.description.replace(/\.$/, '')}`;
  return new SignInError({
    code: clean.code,
    message: `The authorization server sent the person back with ${clean.code}${said}. ${remedyFor(clean.code)}`,
    description: clean.description,
  });
}

/** What to do about an error that a browser brought back. */
export function remedyFor(code: string): string {
  return (Object.hasOwn(REMEDIES, code) && REMEDIES[code]) || 'Begin a new sign-in.';
}

const REGISTERED =
  'Register `redirectUri` at the server, letter for letter, with its port and its slash, and begin a new sign-in.';

const LATER = 'Begin a new sign-in later: the server is in trouble.';

const REMEDIES: Readonly<Record<string, string>> = {
  access_denied: 'The person, or a rule of the server, declined; a new sign-in asks again.',
  invalid_scope: 'Check the scopes of the provider, and begin a new sign-in.',
  invalid_request: 'Check `redirectUri`, `parameters` and what is registered for the client.',
  unauthorized_client: 'Check at the server that the client may use the authorization code grant.',
  unsupported_response_type: 'Check at the server that the client may use the authorization code grant.',
  login_required: 'Begin a new sign-in without `prompt: none`.',
  interaction_required: 'Begin a new sign-in without `prompt: none`.',
  redirect_uri_mismatch: REGISTERED,
  invalid_redirect_uri: REGISTERED,
  invalid_target: 'Check `resource` and `audience` in `parameters` and `tokenParameters`.',
  server_error: LATER,
  temporarily_unavailable: LATER,
  consent_required: "Begin a new sign-in with `parameters: { prompt: 'consent' }`.",
};
