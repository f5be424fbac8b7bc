import type { AuthErrorCode } from './error-codes.ts';

/**
 * The errors of this library: few classes, a stable `code`, and never a Request, a Response or a
 * token inside. Every message ends with the remedy.
 */

/** A code of ours, or one that an authorization server or another package made up. */
type AnyCode = AuthErrorCode | (string & {});

/** What every error is made of. Each class adds its own facts, and most write their message themselves. */
export interface AuthErrorOptions {
  /** Tells causes apart. Stable. */
  code: AnyCode;
  /** What happened, where, and the remedy. Never a token. */
  message: string;
  /** What it came from. Of foreign errors only name and code are kept. */
  cause?: unknown;
}

const BRAND: unique symbol = Symbol.for('everbearer.error');

/** Base of every error thrown by this library. Tell causes apart by `code`, which is stable. */
export class AuthError extends Error {
  static readonly kind: string = 'AuthError';
  override name = 'AuthError';
  /** Stable: what a program may decide by. */
  readonly code: AnyCode;

  constructor({ code, message, cause }: AuthErrorOptions) {
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
