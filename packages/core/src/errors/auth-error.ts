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

/**
 * Base of every error thrown by this library. Tell causes apart by `code`, which is stable. `instanceof` also holds for
 * errors of another installed copy of the library, for this class and for those that extend it.
 */
export class AuthError extends Error {
  /** The name of the class, also where its code was minified: the `name` of its errors. */
  static readonly kind: string = 'AuthError';
  /** Stable: what a program may decide by. */
  readonly code: AnyCode;

  constructor({ code, message, cause }: AuthErrorOptions) {
    super(message, cause === undefined ? {} : { cause: withoutSecrets(cause) });
    const { kind } = this.constructor as typeof AuthError;
    this.name = kind;
    this.code = code;
    Object.defineProperty(this, BRAND, { value: kind });
  }

  /** Two installed copies of this library know each other's errors; a name alone is not enough. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, 'kind')) return super[Symbol.hasInstance](value);
    const brand = (value as { [BRAND]?: string } | null | undefined)?.[BRAND];
    return brand !== undefined && (this.kind === 'AuthError' || brand === this.kind);
  }
}

/**
 * Foreign errors carry requests, headers and bodies, which hold tokens. Of those only name and code are
 * kept; errors of ours stay whole.
 */
function withoutSecrets(cause: unknown): unknown {
  if (cause instanceof AuthError) return cause;
  if (!(cause instanceof Error)) return undefined;
  const code = codeOf(cause) ?? codeOf(cause.cause);
  const kept = new Error(code ? `${cause.name} (${code})` : cause.name);
  return Object.assign(kept, { name: 'Cause' }, code && { code });
}

function codeOf(value: unknown): string | undefined {
  const code = (value as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}
