import type { TokenFingerprint } from '@everbearer/core';
import { checkOptions } from '../options.ts';
import { type FingerprintKey, keyedName, readKey } from './keyed-name.ts';

/** What {@link tokenFingerprint} needs. */
export interface TokenFingerprintOptions {
  /** At least 32 random bytes, the same in every process whose logs are to be joined. Whoever has it can test guesses. */
  key: FingerprintKey;
}

/**
 * Makes the function for `fingerprint` of `createTokenManager()` and `createAccounts()`: eight characters that are the same
 * wherever the same access token turns up under the same key (HMAC-SHA-256), so that the logs of two processes can be joined
 * without a secret in them. Two tokens have the same one by chance once in 10¹² pairs.
 * @throws {ConfigurationError} when the key is missing or could be guessed
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export function tokenFingerprint(options: TokenFingerprintOptions): TokenFingerprint {
  checkOptions<TokenFingerprintOptions>(options, { key: true }, 'tokenFingerprint()');
  const key = readKey(options.key);
  return (accessToken) => keyedName(key, 'access token', accessToken);
}
