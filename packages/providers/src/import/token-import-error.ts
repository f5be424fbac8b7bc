import { AuthError } from '@everbearer/core';

/**
 * Why a text could not be imported: `empty`; `too_large`; `encrypted`, to be decrypted first; `not_json`, also when it
 * was cut off; `unknown_layout`, JSON of another kind; `damaged`, of a known layout with something unusable in it;
 * `no_tokens`, of a known layout with no person's tokens in it.
 */
export type TokenImportErrorCode =
  | 'empty'
  | 'too_large'
  | 'encrypted'
  | 'not_json'
  | 'unknown_layout'
  | 'damaged'
  | 'no_tokens';

/** Tokens of another library could not be taken over. The message names the place and the remedy, never content. */
export class TokenImportError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'TokenImportError';
  /** Tells causes apart. Stable. */
  declare readonly code: TokenImportErrorCode;

  constructor(options: { code: TokenImportErrorCode; message: string }) {
    super(options);
  }
}
