/**
 * A short name for an access token that two processes give it alike, and that nobody can trace back without a key.
 * @packageDocumentation
 */
export type { FingerprintKey } from './fingerprint/keyed-name.ts';
export { type TokenFingerprintOptions, tokenFingerprint } from './fingerprint/token-fingerprint.ts';
