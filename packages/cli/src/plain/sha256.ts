const BLOCK_BYTES = 64;
const ROUNDS = 64;

/** The first 32 bits of the fractional parts of the square and cube roots of the first primes. */
const PRIMES = firstPrimes(ROUNDS);
const INITIAL = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const CONSTANTS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

/**
 * SHA-256 in plain JavaScript. For the few blocks that a token for a pipe needs it is quicker than to load `node:crypto`,
 * which takes a sixth of what Node needs to start. It runs uncompiled, so it is written out: a call in a round would cost
 * as much as the round.
 * @see https://doi.org/10.6028/NIST.FIPS.180-4
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.from(INITIAL);
  const words = new Int32Array(ROUNDS);
  const blocks = padded(bytes);
  for (let at = 0; at < blocks.byteLength; at += BLOCK_BYTES) {
    for (let index = 0; index < 16; index++) words[index] = blocks.getInt32(at + index * 4);
    extend(words);
    compress(state, words);
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (let index = 0; index < 8; index++) digest.setInt32(index * 4, state[index] as number);
  return new Uint8Array(digest.buffer);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let each = 2; primes.length < count; each++) {
    if (primes.every((prime) => each % prime !== 0)) primes.push(each);
  }
  return primes;
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

/** A one, zeros, and the length in bits, so that whole blocks result. */
function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const all = new Uint8Array(length);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return view;
}

type Eight = [number, number, number, number, number, number, number, number];

function extend(words: Int32Array): void {
  for (let index = 16; index < ROUNDS; index++) {
    const early = words[index - 15] as number;
    const late = words[index - 2] as number;
    const small = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const large = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[index] = (words[index - 16] as number) + small + (words[index - 7] as number) + large;
  }
}

function compress(state: Int32Array, words: Int32Array): void {
  const before = [...state] as Eight;
  let [a, b, c, d, e, f, g, h] = before;
  for (let round = 0; round < ROUNDS; round++) {
    const mixedE = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const added = (CONSTANTS[round] as number) + (words[round] as number);
    const one = (h + mixedE + ((e & f) ^ (~e & g)) + added) | 0;
    const mixedA = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (mixedA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  const after: Eight = [a, b, c, d, e, f, g, h];
  for (let index = 0; index < 8; index++) state[index] = (before[index] as number) + (after[index] as number);
}
