import { presentableText } from './presentable-text.ts';

/**
 * The errors of this library: few classes, a stable `code`, and never a Request, a Response or a
 * token inside. Every message ends with the remedy.
 */

export interface AuthErrorOptions {
  code: string;
  cause?: unknown;
}

const BRAND: unique symbol = Symbol.for('everbearer.error');

/** Base of every error thrown by this library. Tell causes apart by `code`, which is stable. */
export class AuthError extends Error {
  static readonly kind: string = 'AuthError';
  override name = 'AuthError';
  readonly code: string;

  constructor(message: string, { code, cause }: AuthErrorOptions) {
    super(message, cause === undefined ? undefined : { cause: withoutSecrets(cause) });
    this.code = code;
    Object.defineProperty(this, BRAND, { value: (this.constructor as typeof AuthError).kind });
  }

  /** Two installed copies of this library know each other's errors; what merely has one of their names is none. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, 'kind')) return Function.prototype[Symbol.hasInstance].call(this, value);
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
    return this.kind === 'AuthError' || value[BRAND] === this.kind;
  }
}

/** Whether a value is an error of this library, also when it comes from another installed copy of it. */
export function isAuthError(value: unknown): value is AuthError {
  return value instanceof AuthError;
}

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

export interface TokenEndpointErrorOptions {
  /** The `error` of the reply (RFC 6749 section 5.2), or `network`, `timeout`, `invalid_response`. */
  code: string;
  /** HTTP status, where there was a reply. */
  status?: number;
  /** Whether the request can have reached the authorization server. Default: true, the careful guess. */
  sent?: boolean;
  /** What `Retry-After` asked for, in milliseconds from now. */
  retryAfterMs?: number;
  /** The reply's `error_description`; control characters and `secrets` are taken out, 200 characters kept. */
  description?: string;
  /** Values that the description may quote and that must not be in the message. */
  secrets?: readonly (string | undefined)[];
  cause?: unknown;
}

/**
 * The token endpoint refused, failed or made no sense. The stored tokens are kept.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class TokenEndpointError extends AuthError {
  static override readonly kind = 'TokenEndpointError';
  override name = 'TokenEndpointError';
  readonly status: number | undefined;
  readonly sent: boolean;
  readonly retryAfterMs: number | undefined;
  readonly description: string | undefined;

  constructor(options: TokenEndpointErrorOptions) {
    const secrets = options.secrets ?? [];
    const wellFormed = /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,64}$/.test(options.code);
    const quotesSecret = secrets.some((secret) => secret && options.code.includes(secret));
    const code = wellFormed && !quotesSecret ? options.code : 'invalid_response';
    const description = presentableText(options.description, secrets);
    const status = options.status === undefined ? '' : ` (status ${options.status})`;
    const said = description ? `: ${description}` : '';
    super(`The token endpoint answered ${code}${status}${said}${endOf(said)} ${remedyFor(code)}`, {
      code,
      cause: options.cause,
    });
    this.status = options.status;
    this.sent = options.sent ?? true;
    this.retryAfterMs = options.retryAfterMs;
    this.description = description;
  }
}

const endOf = (text: string) => (text.endsWith('.') ? '' : '.');

const NETWORK_REMEDY =
  'Check that the token endpoint can be reached from this machine; the stored tokens are kept.';
const CLIENT_REMEDY =
  'Check the client id and the client authentication of the provider; the stored tokens are kept.';

const REMEDIES: Record<string, string> = {
  network: NETWORK_REMEDY,
  timeout: NETWORK_REMEDY,
  invalid_response: 'Check that the configured address is a token endpoint; the stored tokens are kept.',
  invalid_client: CLIENT_REMEDY,
  unauthorized_client: CLIENT_REMEDY,
  invalid_scope: 'Check the scopes asked for; the stored tokens are kept.',
  invalid_grant: 'Sign in again and hand the tokens to signIn().',
};

function remedyFor(code: string): string {
  return REMEDIES[code] ?? 'The stored tokens are kept; try again later or check the provider configuration.';
}

/**
 * A fresh token was refused again: that is the resource server's own verdict on this request, and
 * another renewal cannot change it. Thrown only where there is no response to hand over.
 */
export class TokenRejectedError extends AuthError {
  static override readonly kind = 'TokenRejectedError';
  override name = 'TokenRejectedError';

  constructor(
    message = 'The resource server refused a token that was renewed a moment ago. Check its audience, scopes and permissions; renewing again cannot help.',
  ) {
    super(message, { code: 'token_rejected' });
  }
}

export type TokenBackendErrorCode =
  | 'unreadable'
  | 'not_writable'
  | 'full'
  | 'damaged'
  | 'insecure_permissions'
  | 'unavailable';

export interface TokenBackendErrorOptions {
  code: TokenBackendErrorCode;
  cause?: unknown;
  /** With `damaged`: the version that holds the damage, so that a new sign-in can overwrite it. */
  version?: string;
}

/** A backend could not load or save. `message` names the place and what to do about it. */
export class TokenBackendError extends AuthError {
  static override readonly kind = 'TokenBackendError';
  override name = 'TokenBackendError';
  declare readonly code: TokenBackendErrorCode;
  readonly #version: string | undefined;

  constructor(message: string, options: TokenBackendErrorOptions) {
    super(message, options);
    this.#version = options.version;
  }

  /** With `damaged`: the version to overwrite. Not printed: some backends use the content as the version. */
  get version(): string | undefined {
    return this.#version;
  }
}

/** The request was not sent: its origin is not among `origins`, so no token may go there. */
export class OriginNotAllowedError extends AuthError {
  static override readonly kind = 'OriginNotAllowedError';
  override name = 'OriginNotAllowedError';
  readonly origin: string;

  constructor(origin: string, { insecure = false }: { insecure?: boolean } = {}) {
    const why = insecure
      ? 'is not encrypted (http beyond loopback). Use https, or set `allowPlainHttp: true` where TLS ends elsewhere.'
      : "is not among the allowed origins. Add it to `origins`, send this call with `auth: false`, or set `onForeignOrigin: 'pass'`.";
    super(`The request to ${origin} was not sent: it ${why}`, { code: 'origin_not_allowed' });
    this.origin = origin;
  }
}

/** Found by the audit: a call passed without the guard, so nobody vouches for its header. */
export class HeaderNotInjectedError extends AuthError {
  static override readonly kind = 'HeaderNotInjectedError';
  override name = 'HeaderNotInjectedError';

  constructor(origin: string) {
    super(
      `A request to ${origin} went out past the guard: its hooks were cleared or its fetch displaced. Keep the hooks of bearerAuth(), or mark the call \`auth: false\`.`,
      { code: 'header_not_injected' },
    );
  }
}

/** An option is missing, has the wrong type or cannot work; `message` names it. Thrown before anything happens. */
export class ConfigurationError extends AuthError {
  static override readonly kind = 'ConfigurationError';
  override name = 'ConfigurationError';
  /** The option the message speaks of. */
  readonly option: string;

  constructor(option: string, message: string, { cause }: { cause?: unknown } = {}) {
    super(message, { code: 'configuration', cause });
    this.option = option;
  }
}

/**
 * Foreign errors carry requests, headers and bodies, which hold tokens. Of those only name and code are
 * kept; errors of ours stay whole.
 */
function withoutSecrets(cause: unknown): unknown {
  if (isAuthError(cause)) return cause;
  if (!(cause instanceof Error)) return undefined;
  const code = codeOf(cause) ?? codeOf(cause.cause);
  const kept = new Error(code ? `${cause.name} (${code})` : cause.name);
  kept.name = 'Cause';
  return code ? Object.assign(kept, { code }) : kept;
}

function codeOf(value: unknown): string | undefined {
  const code = (value as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(code) ? code : undefined;
}
