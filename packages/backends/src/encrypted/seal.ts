import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import type { RingKey } from './key-ring.ts';
import type { RecordBinding } from './record-binding.ts';

/** The text as a JWE in compact serialization, with a random initialization vector of its own. */
export async function seal(text: string, { kid, key }: RingKey, binding: RecordBinding): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader(headerFor(kid, binding))
    .encrypt(key);
}

/**
 * The length of the seal over a text of that many bytes: base64url of header, vector (12 bytes), text and tag (16
 * bytes), with dots between them.
 */
export function sealedBytes(bytes: number, kid: string, binding: RecordBinding): number {
  const header = new TextEncoder().encode(JSON.stringify(headerFor(kid, binding))).length;
  const parts = [header, 0, 12, bytes, 16];
  return parts.reduce((sum, part) => sum + Math.ceil((part * 4) / 3), parts.length - 1);
}

function headerFor(kid: string, binding: RecordBinding) {
  return { alg: 'dir', enc: 'A256GCM', kid, ...binding };
}
