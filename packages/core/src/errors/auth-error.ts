import type { AuthErrorCode } from './error-codes.ts';

/** What every error is made of. Each class adds its own facts, and most classes write the message themselves. */
export interface AuthErrorOptions {
  /** What a program decides by: one of ours, or one that an authorization server or another package sent. */
  code: AuthErrorCode | (string & {});
  /** What happened and where, ending with the remedy. Never a token. */
  message: string;
  /** The error that this one came from. Of errors that are not ours, only name and code are kept. Default: none. */
  cause?: unknown;
  /** Whether the same may succeed later, without anybody changing anything. Default false. */
  retryable?: boolean | undefined;
}

const BRAND: unique symbol = Symbol.for('everbearer.error');

/**
 * Base of every error thrown by this library. Tell causes apart by `code`, which is stable. No error holds a Request,
 * a Response or a token, and every message ends with the remedy.
 */
export class AuthError extends Error {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static readonly kind: string = 'AuthError';
  /** What a program decides by. Stable: one of ours, or one that an authorization server or another package sent. */
  readonly code: AuthErrorCode | (string & {});
  /**
   * Whether trying again later may help without anybody changing anything: a network or a server that fails, a store that does
   * not answer. With false, `message` says what to change, or who must act.
   */
  readonly retryable: boolean;

  constructor({ code, message, cause, retryable = false }: AuthErrorOptions) {
    super(message, cause === undefined ? {} : { cause: withoutSecrets(cause) });
    const { kind } = this.constructor as typeof AuthError;
    this.name = kind;
    this.retryable = retryable;
    this.code = code;
    Object.defineProperty(this, BRAND, { value: kind });
  }

  /**
   * Two installed copies of this library know each other's errors. An error of another library with the same name is not
   * one of them.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, 'kind')) return super[Symbol.hasInstance](value);
    const brand = (value as { [BRAND]?: string } | null | undefined)?.[BRAND];
    return brand !== undefined && (this.kind === 'AuthError' || brand === this.kind);
  }
}

/**
 * Errors of other libraries carry requests, headers and bodies, which hold tokens: only their name and code are kept.
 * Our own stay whole.
 */
function withoutSecrets(cause: unknown): unknown {
  if (cause instanceof AuthError) return cause;
  if (!(cause instanceof Error)) return undefined;
  const code = codeOf(cause) ?? codeOf(cause.cause);
  // Only a name of a single word is kept: any other may hold anything.
  const name = /^\w{1,64}$/.test(cause.name) ? cause.name : 'Error';
  const kept = new Error(code ? `${name} (${code})` : name);
  return Object.assign(kept, { name: 'Cause' }, code && { code });
}

function codeOf(value: unknown): string | undefined {
  const code = (value as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined;
}
