import { ConfigurationError } from '@everbearer/core';
import { checkOptions } from '../check-options.ts';
import { readKey } from '../key/key-bytes.ts';
import type { SealingKey } from '../key/sealing-key.ts';

/** How a key that is read from a place is named in the seals. */
export interface HeldKeyOptions {
  /** The name, as in {@link SealingKey}. Default: the thumbprint of the key, which stays when the key moves elsewhere. */
  kid?: string | undefined;
}

/**
 * A key for `encrypted()` that was read from a place. Its bytes are had with `.key` and show up nowhere else: not in
 * `inspect`, not in JSON.
 */
export interface HeldKey extends SealingKey {
  /** Its name in the seals; undefined where the thumbprint of the key is the name. */
  readonly kid: string | undefined;
  /** The secret: 32 bytes. */
  readonly key: Uint8Array;
  /** Where it was read and, of a file, what was accepted there: owner, mode, and who else may read it. */
  readonly source: string;
}

class RedactedKey implements HeldKey {
  static {
    // What `inspect` of Node prints, also when it is told to call getters.
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    Object.defineProperty(RedactedKey.prototype, inspect, { value: () => '[SealingKey]' });
  }

  readonly #bytes: Uint8Array;
  readonly #source: string;
  readonly kid: string | undefined;

  constructor(bytes: Uint8Array, source: string, kid: string | undefined) {
    this.#bytes = bytes;
    this.#source = source;
    this.kid = kid;
  }

  get key(): Uint8Array {
    return this.#bytes;
  }

  get source(): string {
    return this.#source;
  }

  toJSON(): Record<string, unknown> {
    return { kid: this.kid, key: '[redacted]' };
  }

  toString(): string {
    return '[SealingKey]';
  }
}

/** Where a key was found, for messages. */
export interface KeyPlace {
  /** The option that names the place. */
  option: string;
  place: string;
  /** What was accepted there, as a clause (owner, mode). Default: there is nothing to judge. */
  accepted?: string | undefined;
  /** How a key gets there. */
  remedy: string;
}

/**
 * A key found at a place.
 * @throws {ConfigurationError} that names the place, and never quotes what was found there
 */
export function heldKey(
  found: Uint8Array | string,
  { option, place, accepted, remedy }: KeyPlace,
  kid: string | undefined,
): HeldKey {
  const reading = readKey(found);
  const source = accepted === undefined ? place : `${place}, which ${accepted}`;
  if ('bytes' in reading) return new RedactedKey(reading.bytes, source, kid);
  throw new ConfigurationError({ option, message: `The key in ${place} ${reading.fault}. ${remedy}` });
}

/**
 * For a place where nothing was found. The usual mistake is to hand over the key in its stead, which no message may quote.
 * @throws {ConfigurationError} that names the option, when the place reads like a key
 */
export function refuseKeyAsPlace(given: string, option: string, what: string): void {
  if (!('bytes' in readKey(given))) return;
  throw new ConfigurationError({
    option,
    message: `\`${option}\` must be ${what} that holds the key, not the key itself. Nothing is there under what was given, which reads like a key and is not repeated here.`,
  });
}

/** @throws {ConfigurationError} that names the option */
export function checkHeldKeyOptions(options: HeldKeyOptions, usage: string): void {
  checkOptions<HeldKeyOptions>(options, { kid: true }, usage);
}
