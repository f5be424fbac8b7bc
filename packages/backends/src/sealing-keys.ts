export type { SealingKey } from './key/sealing-key.ts';
export type { HeldKey, HeldKeyOptions } from './sealing-keys/held-key.ts';
export { keyFromEnv } from './sealing-keys/key-from-env.ts';
export { keyFromFile } from './sealing-keys/key-from-file.ts';
export { type KeychainEntry, keyFromKeychain } from './sealing-keys/key-from-keychain.ts';
