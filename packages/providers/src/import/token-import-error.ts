import { AuthError } from '@everbearer/core';

/** Why a text could not be imported. */
export type TokenImportErrorCode =
  /** Nothing is in it. */
  | 'empty'
  /** It is larger than 16 MiB. */
  | 'too_large'
  /** It must be decrypted first. */
  | 'encrypted'
  /** It is neither JSON nor a configuration of rclone or gh, or was cut off. */
  | 'not_json'
  /** It is of another kind; the message says which are known. */
  | 'unknown_layout'
  /** It has a known layout, and something in it cannot be used. */
  | 'damaged'
  /** It has a known layout, and no person's tokens are in it. */
  | 'no_tokens';

/** Tokens of another library could not be imported. The message names the place and the remedy, and quotes nothing. */
export class TokenImportError extends AuthError {
  /** What `instanceof` goes by, so that two installed copies know each other's errors. */
  static override readonly kind = 'TokenImportError';
  /** Stable: what a program may decide by. */
  declare readonly code: TokenImportErrorCode;

  /** For tests of your own: `importTokens()` throws these. */
  constructor(options: { code: TokenImportErrorCode; message: string }) {
    super(options);
  }
}
