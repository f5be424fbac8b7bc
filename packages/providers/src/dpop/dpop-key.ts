import { ConfigurationError } from '@everbearer/core';
import { base64url, digestOf } from './base64url.ts';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

/** A key, ready to sign with. */
export interface DpopKey {
  readonly privateKey: CryptoKey;
  /** Its public part, for everybody to see; the members in the order of RFC 7638. */
  readonly jwk: { readonly crv: 'P-256'; readonly kty: 'EC'; readonly x: string; readonly y: string };
}

/** A new private key for the algorithm ES256, as the text of a JWK. A secret. */
export async function newDpopKey(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(P256, true, ['sign']);
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey);
  return JSON.stringify({ kty, crv, x, y, d });
}

/**
 * The key of such a text.
 * @throws {ConfigurationError} when the text is not a private P-256 key
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-6.2
 */
export async function dpopKeyIn(text: string): Promise<DpopKey> {
  try {
    const { x, y, d, ...named } = JSON.parse(text) as { x: string; y: string; d: string };
    const { crv, kty } = { crv: 'P-256', kty: 'EC', ...named } as const;
    const privateKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, P256, false, ['sign']);
    return { privateKey, jwk: { crv, kty, x, y } };
  } catch {
    // The cause may quote the key.
    throw new ConfigurationError({
      option: 'tokens.dpopKey',
      message:
        'The key that the tokens are bound to (`dpopKey`) is not the JWK of a private P-256 key, so nothing was sent. Pass to signIn() the key that came with the tokens, or sign in again.',
    });
  }
}

/**
 * The name of a key: `jkt`, by which a server knows it again.
 * @see https://www.rfc-editor.org/rfc/rfc7638
 */
export async function thumbprintOf({ jwk: { crv, kty, x, y } }: DpopKey): Promise<string> {
  return base64url(await digestOf(JSON.stringify({ crv, kty, x, y })));
}
