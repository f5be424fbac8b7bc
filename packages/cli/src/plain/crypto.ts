import { sha256 } from './sha256.ts';

/* What stands for `node:crypto` and Web Crypto in the file that a token for a pipe runs from: see tsup.config.ts. */

/** As that of `node:crypto`, for SHA-256 in hexadecimal digits. */
export function createHash(_: 'sha256'): Hash {
  const parts: Uint8Array[] = [];
  const hash: Hash = {
    update(part) {
      parts.push(Buffer.from(part as Uint8Array));
      return hash;
    },
    digest: (form) => Buffer.from(sha256(Buffer.concat(parts))).toString(form),
  };
  return hash;
}

interface Hash {
  update(part: string | Uint8Array): Hash;
  digest(form: 'hex'): string;
}

/** As `crypto.subtle.digest`, for SHA-256. */
export async function subtleDigest(_: 'SHA-256', bytes: Uint8Array): Promise<Uint8Array> {
  return sha256(bytes);
}

/**
 * Named by code that is left out of that file.
 * @public
 */
export function randomBytes(): never {
  throw new Error('Nothing that only reads is random.');
}
