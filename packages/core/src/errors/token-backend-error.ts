import { AuthError } from './auth-error.ts';

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
