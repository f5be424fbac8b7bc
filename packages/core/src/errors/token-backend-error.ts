import { AuthError } from './auth-error.ts';
import type { TokenBackendErrorCode } from './error-codes.ts';

export interface TokenBackendErrorOptions {
  code: TokenBackendErrorCode;
  /** Names the place and the remedy, and never the content. */
  message: string;
  cause?: unknown;
  /** With `damaged`: the version that holds the damage, so that a new sign-in can overwrite it. */
  version?: string | undefined;
}

/** A backend could not load or save. `message` names the place and what to do about it. */
export class TokenBackendError extends AuthError {
  static override readonly kind = 'TokenBackendError';
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
