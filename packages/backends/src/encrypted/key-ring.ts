import { encode } from 'jose/base64url';
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import type { EncryptedSettings } from './encrypted-options.ts';

/** A key that can be used and not be read. */
export interface RingKey {
  kid: string;
  key: CryptoKey;
  source: string | undefined;
}

export interface KeyRing {
  /** The key that seals. */
  readonly first: Promise<RingKey>;
  find(kid: string): Promise<RingKey | undefined>;
  /** Of each key that says so, where it is from. */
  sources(): Promise<readonly { kid: string; source: string }[]>;
}

/** Hands the bytes to Web Crypto at once, and wipes them here. */
export function openKeyRing(given: EncryptedSettings['keys']): KeyRing {
  const keys = given.map(importKey);
  const all = Promise.all(keys);
  // A failure is reported by the first use, so it must not count as unhandled before.
  all.catch(() => undefined);
  return {
    first: all.then(([first]) => first as RingKey),
    sources: async () =>
      (await all).flatMap(({ kid, source }) => (source === undefined ? [] : [{ kid, source }])),
    find: async (kid) => (await all).find((key) => key.kid === kid),
  };
}

async function importKey({ kid, bytes, source }: EncryptedSettings['keys'][number]): Promise<RingKey> {
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const name = kid ?? (await calculateJwkThumbprint({ kty: 'oct', k: encode(bytes) }));
  bytes.fill(0);
  return { kid: name, key, source };
}
