import type { AuthErrorCode } from './error-codes.ts';

/** What every error is made of. Each class adds its own facts, and most classes write the message themselves. */
export interface AuthErrorOptions {
  /** What a program decides by: one of ours, or one that an authorization server or another package sent. */
  code: AuthErrorCode | (string & {});
  /** What happened and where, ending with the remedy. Never a token. */
  message: string;
  /** The error that this one came from. Of errors that are not ours, only name and code are kept. Default: none. */
  cause?: unknown;
}

const BRAND: unique symbol = Symbol.for('everbearer.error');

/**
 * Base of every error thrown by this library. Tell causes apart by `code`, which is stable. No error holds a Request,
 * a Response or a token, and every message ends with the remedy.
 */
export class AuthError extends Error {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static readonly kind: string = 'AuthError';
  /** The name of the class, also where a program was minified. */
  override name = 'AuthError';
  /** What a program decides by. Stable: one of ours, or one that an authorization server or another package sent. */
  readonly code: AuthErrorCode | (string & {});

  constructor({ code, message, cause }: AuthErrorOptions) {
    super(message, cause === undefined ? undefined : { cause: withoutSecrets(cause) });
    this.code = code;
    Object.defineProperty(this, BRAND, { value: (this.constructor as typeof AuthError).kind });
  }

  /**
   * Two installed copies of this library know each other's errors. An error of another library with the same name is not
   * one of them.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, 'kind')) return Function.prototype[Symbol.hasInstance].call(this, value);
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
    return this.kind === 'AuthError' || value[BRAND] === this.kind;
  }
}

/** Whether a value is an error of this library, also one of another installed copy of it. */
export function isAuthError(value: unknown): value is AuthError {
  return value instanceof AuthError;
}

/**
 * Errors of other libraries carry requests, headers and bodies, which hold tokens: only their name and code are kept.
 * Our own stay whole.
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
