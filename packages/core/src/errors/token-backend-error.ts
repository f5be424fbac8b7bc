import { AuthError } from './auth-error.ts';
import type { TokenBackendErrorCode } from './error-codes.ts';

/** What a {@link TokenBackendError} is made of. */
export interface TokenBackendErrorOptions {
  /** What keeps the backend from loading or saving. */
  code: TokenBackendErrorCode;
  /** Names the place and ends with the remedy. Never quotes the content. */
  message: string;
  /** The error that this one came from; of errors that are not ours, only name and code are kept. Default: none. */
  cause?: unknown;
  /** With `damaged`: the version that holds the damage, so that a new sign-in can overwrite it. Default: none. */
  version?: string | undefined;
}

/** A backend could not load or save. `message` names the place and what to do about it. */
export class TokenBackendError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'TokenBackendError';
  /** What keeps the backend from loading or saving. */
  declare readonly code: TokenBackendErrorCode;
  readonly #version: string | undefined;

  constructor(options: TokenBackendErrorOptions) {
    super({ retryable: options.code === 'unavailable', ...options });
    this.#version = options.version;
  }

  /**
   * With `damaged`: the version that a new sign-in may overwrite. It is not printed with the error, since some backends
   * use the content as the version.
   */
  get version(): string | undefined {
    return this.#version;
  }
}
