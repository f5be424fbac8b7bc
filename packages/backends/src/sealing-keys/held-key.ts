import { ConfigurationError } from '@everbearer/core';
import { readKey } from '../encrypted/key-bytes.ts';
import type { SealingKey } from '../encrypted/sealing-key.ts';

/** How a key read from somewhere is named in the seals. */
export interface HeldKeyOptions {
  /** Default: the thumbprint of the key, so that a key may move from place to place. See {@link SealingKey}. */
  kid?: string;
}

/** A key for `encrypted()`. It is read with `.key` and shows up nowhere else: not in `inspect`, not in JSON. */
export class HeldKey implements SealingKey {
  static {
    // What `inspect` of Node prints, also when it is told to call getters.
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    Object.defineProperty(HeldKey.prototype, inspect, { value: () => '[SealingKey]' });
  }

  readonly #bytes: Uint8Array;
  readonly kid: string | undefined;

  constructor(bytes: Uint8Array, kid: string | undefined) {
    this.#bytes = bytes;
    this.kid = kid;
  }

  /** The secret itself. */
  get key(): Uint8Array {
    return this.#bytes;
  }

  toJSON(): Record<string, unknown> {
    return { kid: this.kid, key: '[redacted]' };
  }

  toString(): string {
    return '[SealingKey]';
  }
}

/**
 * A key found at a place.
 * @throws {ConfigurationError} that names the place, and never quotes what stands there
 */
export function heldKey(
  found: Uint8Array | string,
  { option, place, remedy }: { option: string; place: string; remedy: string },
  kid: string | undefined,
): HeldKey {
  const reading = readKey(found);
  if ('bytes' in reading) return new HeldKey(reading.bytes, kid);
  throw new ConfigurationError({ option, message: `The key in ${place} ${reading.fault}. ${remedy}` });
}
