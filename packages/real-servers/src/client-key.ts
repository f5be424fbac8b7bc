/** The key pair with which the clients with `private_key_jwt` sign, the same for all servers of a run. */
export interface ClientKey {
  privateKey: CryptoKey;
  publicKey: JsonWebKey & { kid: string };
  /** The private key as the text of a JWK. */
  text: string;
}

let made: Promise<ClientKey> | undefined;

export function clientKey(): Promise<ClientKey> {
  made ??= make();
  return made;
}

async function make(): Promise<ClientKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { kty = '', crv = '', x = '', y = '', d = '' } = await crypto.subtle.exportKey('jwk', privateKey);
  const publicKey = { kty, crv, x, y, alg: 'ES256', use: 'sig', kid: 'key-1' };
  return { privateKey, publicKey, text: JSON.stringify({ kty, crv, x, y, d }) };
}
