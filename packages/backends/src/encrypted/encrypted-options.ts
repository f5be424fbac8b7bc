import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions, type TokenBackend } from '@everbearer/core/contract';
import { checkOptions } from '../check-options.ts';
import { readKey } from '../key/key-bytes.ts';
import type { SealingKey } from '../key/sealing-key.ts';

/** How {@link encrypted} seals. */
export interface EncryptedOptions {
  /**
   * The first one seals, all of them open; at least one. To change keys: add the new one behind the others in every
   * process; then put it first; drop the old one when `check()` finds no record with it any more.
   */
  keys: readonly SealingKey[];
  /**
   * Names the store in every seal, so that a record of one store (staging, another tenant's) does not open in
   * another with the same keys. At most 256 characters. Changing it makes what is stored unreadable. Default: no name.
   */
  store?: string | undefined;
  /**
   * Also accept records that are not sealed, to move a store that was used without `encrypted()`: each is sealed with its
   * next save. While this is set, anybody who can write to the store can put in a record of their own; take it out when
   * `check()` finds no unsealed record any more. Default: false.
   */
  acceptPlaintext?: boolean | undefined;
}

/** The options after the checks. */
export interface EncryptedSettings {
  keys: readonly { kid: string | undefined; bytes: Uint8Array<ArrayBuffer>; source: string | undefined }[];
  store: string;
  acceptPlaintext: boolean;
}

const KNOWN = { keys: true, store: true, acceptPlaintext: true } as const;
const NEW_KEY = 'Make one with: openssl rand -base64 32';
/** What a `kid` looks like: one that is given, and one from a stored header that goes into a message. */
export const KID: RegExp = /^[\w.-]{1,64}$/;

/** @throws {ConfigurationError} that names the option and the remedy, and never quotes a key */
export function encryptedSettings(backend: TokenBackend, options: EncryptedOptions): EncryptedSettings {
  if (typeof backend?.load !== 'function' || typeof backend.save !== 'function') {
    throw new ConfigurationError({
      option: 'backend',
      message: '`backend` must be the TokenBackend to wrap: encrypted(fileBackend(), { keys }).',
    });
  }
  checkOptions<EncryptedOptions>(options, KNOWN, 'encrypted(backend, { keys })');
  const { keys, store = '', acceptPlaintext = false } = options;
  if (typeof store !== 'string' || store.length > 256) {
    throw new ConfigurationError({
      option: 'store',
      message: '`store` must be a text of at most 256 characters, or left out.',
    });
  }
  if (typeof acceptPlaintext !== 'boolean') {
    throw new ConfigurationError({
      option: 'acceptPlaintext',
      message: '`acceptPlaintext` must be true or false.',
    });
  }
  return { keys: checkedKeys(keys), store, acceptPlaintext };
}

function checkedKeys(keys: readonly SealingKey[]): EncryptedSettings['keys'] {
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new ConfigurationError({
      option: 'keys',
      message: `\`keys\` must hold at least one key: { keys: [{ kid, key }] }. ${NEW_KEY}`,
    });
  }
  const checked = (keys as readonly SealingKey[]).map(checkedKey);
  const kids = checked.map(({ kid }) => kid).filter((kid) => kid !== undefined);
  const twice = kids.find((kid, index) => kids.indexOf(kid) !== index);
  if (twice === undefined) return checked;
  throw new ConfigurationError({
    option: 'keys',
    message: `\`keys\` holds two keys of the kid "${twice}". Give each a name of its own.`,
  });
}

function checkedKey(given: SealingKey, index: number): EncryptedSettings['keys'][number] {
  const option = `keys[${index}]`;
  if (typeof given !== 'object' || given === null) {
    throw new ConfigurationError({ option, message: `\`${option}\` must be an object { kid, key }.` });
  }
  // The fields of an object of a class are its own, whatever their names.
  if (Object.getPrototypeOf(given) === Object.prototype)
    refuseUnknownOptions(given, ['kid', 'key', 'source'], 'encrypted()', `${option}.`);
  const { kid, source } = given;
  if (kid !== undefined && (typeof kid !== 'string' || !KID.test(kid))) {
    throw new ConfigurationError({
      option: `${option}.kid`,
      message: `\`${option}.kid\` must be 1 to 64 letters, digits, ".", "_" or "-", or left out.`,
    });
  }
  if (source !== undefined && typeof source !== 'string') {
    throw new ConfigurationError({
      option: `${option}.source`,
      message: `\`${option}.source\` must be a text that says where the key is from, or left out.`,
    });
  }
  const reading = readKey(given.key);
  if ('bytes' in reading) return { kid, bytes: reading.bytes, source };
  throw new ConfigurationError({
    option: `${option}.key`,
    message: `\`${option}.key\` ${reading.fault}. ${NEW_KEY}`,
  });
}
