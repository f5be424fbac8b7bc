import { createHmac } from 'node:crypto';

/** Eight characters that are the same for the same text, and tell nothing of it to whoever does not have the key. */
export function fingerprinter(key: Uint8Array): (text: string) => string {
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 8);
}
