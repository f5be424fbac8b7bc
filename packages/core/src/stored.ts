/**
 * For programs that only read what others keep: a look at a stored record, without a token manager.
 * @packageDocumentation
 */
export type { Clock } from './clock.ts';
export type { StoredText } from './contract/token-backend.ts';
export type { TokenProvider } from './contract/token-provider.ts';
export { type StoredTokenAsk, storedToken } from './manager/stored-token.ts';
export { recordKey } from './record/digest.ts';
export type { AccessToken } from './token.ts';
