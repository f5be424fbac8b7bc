import { AuthError } from './auth-error.ts';
import type { TokenBackendErrorCode } from './error-codes.ts';

/** What a {@link TokenBackendError} is made of. */
export interface TokenBackendErrorOptions {
  code: TokenBackendErrorCode;
  /** Names the place and the remedy, and never the content. */
  message: string;
  /** What it came from. Of foreign errors only name and code are kept. */
  cause?: unknown;
  /** With `damaged`: the version that holds the damage, so that a new sign-in can overwrite it. */
  version?: string | undefined;
}

/** A backend could not load or save. `message` names the place and what to do about it. */
export class TokenBackendError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'TokenBackendError';
  /** Tells causes apart. Stable. */
  declare readonly code: TokenBackendErrorCode;
  readonly #version: string | undefined;

  constructor(options: TokenBackendErrorOptions) {
    super(options);
    this.#version = options.version;
  }

  /** With `damaged`: the version to overwrite. Not printed: some backends use the content as the version. */
  get version(): string | undefined {
    return this.#version;
  }
}
