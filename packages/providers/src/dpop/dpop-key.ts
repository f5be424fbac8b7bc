import { ConfigurationError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { generateKeyPair, type KeyPair } from 'dpop';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

/** A new private key for the algorithm ES256, as the text of a JWK. A secret. */
export async function newDpopKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey);
  return JSON.stringify({ kty, crv, x, y, d });
}

/** The tokens, with the key they are bound to. */
export function boundTo(dpopKey: string | undefined, tokens: TokenSet): TokenSet {
  return dpopKey === undefined ? tokens : { ...tokens, dpopKey };
}

/**
 * The key pair of such a text.
 * @throws {ConfigurationError} when the text is not a private P-256 key
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-6.2
 */
export async function dpopKeyPair(jwk: string): Promise<KeyPair> {
  try {
    const { kty, crv, x, y, d } = JSON.parse(jwk) as Required<JsonWebKey>;
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, P256, false, ['sign']),
      crypto.subtle.importKey('jwk', { kty, crv, x, y }, P256, true, ['verify']),
    ]);
    return { privateKey, publicKey };
  } catch {
    // The cause may quote the key.
    throw new ConfigurationError({
      option: 'tokens.dpopKey',
      message:
        'The key that the tokens are bound to (`dpopKey`) is not the JWK of a private P-256 key, so nothing was sent. Pass to signIn() the key that came with the tokens, or sign in again.',
    });
  }
}
