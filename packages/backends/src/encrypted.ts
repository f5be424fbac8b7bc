export { type EncryptedBackend, encrypted } from './encrypted/encrypted.ts';
export type { EncryptedOptions } from './encrypted/encrypted-options.ts';
export type { SealingKey } from './key/sealing-key.ts';
