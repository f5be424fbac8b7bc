import { AuthError } from './auth-error.ts';
import type { TokenEndpointErrorCode } from './error-codes.ts';
import { presentableText, quotesSecret } from './presentable-text.ts';

/** What a {@link TokenEndpointError} is made of: a refusal or a failure of the token endpoint, as a provider reports it. */
export interface TokenEndpointErrorOptions {
  /** The `error` of the reply (RFC 6749 section 5.2), or `network`, `timeout`, `invalid_response`. */
  code: TokenEndpointErrorCode | (string & {});
  /** The HTTP status, where there was a reply. Default: none. */
  status?: number | undefined;
  /** Whether the request can have reached the authorization server. Default: true, the careful assumption. */
  sent?: boolean | undefined;
  /**
   * With `invalid_grant`: the refusal is about the moment and not about the refresh token, which may work again (conditional
   * access, a second factor, consent that is still to be given). It is asked again after a pause. Default: false, the refresh
   * token is refused for good.
   */
  passes?: boolean | undefined;
  /** What `Retry-After` asked for, in milliseconds from now. Default: nothing was asked for. */
  retryAfterMs?: number | undefined;
  /**
   * The reply's `error_description`. Control characters and `secrets` are taken out, and 200 characters are kept. Default:
   * none.
   */
  description?: string | undefined;
  /** Values that the code or the description may quote and that must not be in the message. Default: none. */
  secrets?: readonly (string | undefined)[] | undefined;
  /** The error that this one came from; of errors that are not ours, only name and code are kept. Default: none. */
  cause?: unknown;
}

/**
 * The token endpoint refused or failed, or its reply could not be understood. The stored tokens are kept.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class TokenEndpointError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'TokenEndpointError';
  /** The HTTP status, where there was a reply. */
  readonly status: number | undefined;
  /** Whether the request can have reached the authorization server. */
  readonly sent: boolean;
  /** With `invalid_grant`: whether the refresh token may work again without a new sign-in. */
  readonly passes: boolean;
  /**
   * How long to wait before asking again, in milliseconds: what `Retry-After` asked for, from when the reply came; of an ask that
   * was not sent, what is left of the pause.
   */
  readonly retryAfterMs: number | undefined;
  /** The reply's `error_description`, without control characters and secrets, of at most 200 characters. */
  readonly description: string | undefined;

  constructor(options: TokenEndpointErrorOptions) {
    const secrets = options.secrets ?? [];
    const wellFormed = /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,64}$/.test(options.code);
    const isCode = WELL_KNOWN.has(options.code) || (wellFormed && !quotesSecret(options.code, secrets));
    const code = isCode ? options.code : 'invalid_response';
    const description = presentableText(options.description, secrets);
    const status = options.status === undefined ? '' : ` (status ${options.status})`;
    const said = description ? `: ${description}` : '';
    super({
      code,
      message: `${headFor(code)}${status}${said}${endOf(said)} ${remedyFor(code, options.passes)}`,
      cause: options.cause,
    });
    this.status = options.status;
    this.sent = options.sent ?? true;
    this.passes = options.passes ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.description = description;
  }
}

/** Where no answer came, none is claimed. */
const HEADS: Record<string, string> = {
  timeout: 'The token endpoint gave no answer in time',
};

const headFor = (code: string): string =>
  Object.hasOwn(HEADS, code) ? (HEADS[code] as string) : `The token endpoint answered ${code}`;

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

const endOf = (text: string) => (text.endsWith('.') ? '' : '.');

const NETWORK_REMEDY =
  'Check that the token endpoint can be reached from this machine; the stored tokens are kept.';

const CLIENT_REMEDY =
  'Check the client id and the client authentication of the provider; the stored tokens are kept.';

const PERSON_REMEDY =
  'A person or an administrator must act at the server, or sign in again; the stored tokens are kept and tried again later.';

const PROOF_REMEDY =
  'The server wants a proof of possession (DPoP, RFC 9449) with each request, and this provider does not send one. Use a client that the server lets do without; the stored tokens are kept.';

const REMEDIES: Record<string, string> = {
  network: NETWORK_REMEDY,
  timeout: NETWORK_REMEDY,
  invalid_response: 'Check that the configured address is a token endpoint; the stored tokens are kept.',
  invalid_client: CLIENT_REMEDY,
  unauthorized_client: CLIENT_REMEDY,
  invalid_scope: 'Check the scopes asked for; the stored tokens are kept.',
  invalid_grant: 'Sign in again and hand the tokens to signIn().',
  interaction_required: PERSON_REMEDY,
  consent_required: PERSON_REMEDY,
  login_required: PERSON_REMEDY,
  mfa_required: PERSON_REMEDY,
  invalid_dpop_proof: PROOF_REMEDY,
  use_dpop_nonce: PROOF_REMEDY,
};

function remedyFor(code: string, passes = false): string {
  if (passes) return PERSON_REMEDY;
  return REMEDIES[code] ?? 'The stored tokens are kept; try again later or check the provider configuration.';
}
