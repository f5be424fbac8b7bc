import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { need } from '../options.ts';

/**
 * What {@link tokenFingerprint} and hashed account names are made with: 32 random bytes or more, as bytes or as text, for
 * instance from `openssl rand -base64 32`. Blanks and line ends around a text do not count.
 */
export type FingerprintKey = string | Uint8Array;

/** What is named: the same text is called by another name where it stands for something else. */
export type Purpose = 'access token' | 'account';

const FEWEST_BYTES = 32;
/** As many characters as 32 bytes need in base64url, the shortest usual spelling. */
const FEWEST_CHARACTERS = 43;
/** Random texts of that length have far more; a text made up by hand, or one character many times, often has not. */
const FEWEST_DIFFERENT = 12;
const REMEDY = 'Make one with `openssl rand -base64 32`, and give the same to every process.';

/**
 * The key as bytes.
 * @throws {ConfigurationError} unless it can be as good as 32 random bytes
 */
export function readKey(key: FingerprintKey): Uint8Array {
  if (typeof key === 'string') {
    const text = key.trim();
    need(
      text.length >= FEWEST_CHARACTERS && new Set(text).size >= FEWEST_DIFFERENT,
      'key',
      `must be a random text of at least ${FEWEST_CHARACTERS} characters, since a key that can be guessed protects nothing. ${REMEDY}`,
    );
    return utf8ToBytes(text);
  }
  need(
    isBytes(key) && key.length >= FEWEST_BYTES && new Set(key).size >= FEWEST_DIFFERENT,
    'key',
    `must be at least ${FEWEST_BYTES} random bytes, or a text of them. ${REMEDY}`,
  );
  // What the caller does with the array later changes no name.
  return Uint8Array.from(key);
}

/** Also of another realm: those of test runners have a `Uint8Array` of their own. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Eight characters for a text: the same for the same text under the same key, and nothing to be learnt without the key. */
export function keyedName(key: Uint8Array, purpose: Purpose, text: string): string {
  const digest = hmac(sha256, key, utf8ToBytes(`${purpose}\n${text}`));
  return Array.from(digest.subarray(0, 8), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** 32 characters, none of which is taken for another, and none of which means something to a shell or a search. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
