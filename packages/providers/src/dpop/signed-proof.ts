import { base64url, digestOf } from './base64url.ts';
import type { DpopKey } from './dpop-key.ts';

/** What a proof says. */
export interface ProofClaims {
  method: string;
  /** Without query and fragment. */
  url: string;
  /** When it was made, in milliseconds since the epoch, by the clock of the server. */
  at: number;
  nonce: string | undefined;
  /** The access token that goes along. */
  accessToken: string | undefined;
}

/**
 * A proof of possession, signed with ES256. Not by the package `dpop`, which dates its proofs by the clock of this machine.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2
 */
export async function signedProof({ privateKey, jwk }: DpopKey, claims: ProofClaims): Promise<string> {
  const { method, url, at, nonce, accessToken } = claims;
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk };
  const body = {
    iat: Math.floor(at / 1000),
    jti: crypto.randomUUID(),
    htm: method,
    htu: url,
    nonce,
    ath: accessToken === undefined ? undefined : base64url(await digestOf(accessToken)),
  };
  const signed = [header, body].map((part) => base64url(JSON.stringify(part))).join('.');
  const es256 = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(es256, privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}
