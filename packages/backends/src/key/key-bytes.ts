/** The length of every key. */
export const KEY_BYTES = 32;

/** The bytes of a key, or why it cannot be used, in words that never quote it. */
export type KeyReading = { bytes: Uint8Array<ArrayBuffer> } | { fault: string };

/**
 * Reads a key given as bytes or as base64url or base64 text. Bytes that are certainly not random are refused: the key
 * is used as it is, and a passphrase would stay as weak as it is.
 */
export function readKey(key: unknown): KeyReading {
  if (!(key instanceof Uint8Array) && typeof key !== 'string')
    return { fault: 'is neither bytes (Uint8Array) nor text' };
  const bytes = typeof key === 'string' ? decoded(key.trim()) : Uint8Array.from(key);
  if (!bytes) return { fault: 'is not base64url text' };
  if (bytes.length !== KEY_BYTES) return { fault: `is ${bytes.length} bytes long, and must be ${KEY_BYTES}` };
  const why = orderIn(bytes);
  return why === undefined ? { bytes } : { fault: `is not random: ${why}` };
}

function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Fewer than once in 10^9 random keys, 32 bytes have fewer different values than this. */
const FEWEST_VALUES = 17;

/** What shows that these bytes were not made at random; undefined when nothing does. */
function orderIn(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return 'it is readable text, perhaps a passphrase';
  const steps = bytes.map((byte, index) => byte - (bytes[index + 1] ?? 0));
  const orderly = [bytes, steps].some((values) => new Set(values).size < FEWEST_VALUES);
  return orderly ? 'its bytes repeat or follow a pattern' : undefined;
}
