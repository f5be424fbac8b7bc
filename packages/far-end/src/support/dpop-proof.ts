import { createHash } from 'node:crypto';

/** What a proof must say. */
export interface Expected {
  method: string;
  url: string;
  nonce: string | undefined;
  accessToken: string | undefined;
  /** The server's clock, in milliseconds since the epoch. */
  now: number;
}

export interface Proof {
  /** The thumbprint of the key (RFC 7638). */
  jkt: string;
  /** Its own id, which no other proof has. */
  jti: string;
  /** What is wrong with it; undefined when nothing is. `use_dpop_nonce`: it lacks the nonce alone. */
  fault: string | undefined;
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

/**
 * Judges a proof of possession as a strict server does.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.3
 */
export async function judgeProof(proof: string | undefined, expected: Expected): Promise<Proof> {
  const [head = '', body = '', signature = ''] = (proof ?? '').split('.');
  if (!signature) return { jkt: '', jti: '', fault: 'there is no proof' };
  const { typ, alg, jwk } = part(head) as { typ: string; alg: string; jwk: JsonWebKey };
  const said = part(body);
  const { kty = '', crv = '', x = '', y = '' } = jwk;
  const jkt = sha256(JSON.stringify({ crv, kty, x, y }));
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, P256, false, ['verify']);
  const hash = { name: 'ECDSA', hash: 'SHA-256' };
  const isSigned = await crypto.subtle.verify(
    hash,
    key,
    Buffer.from(signature, 'base64url'),
    new TextEncoder().encode(`${head}.${body}`),
  );
  const ath = expected.accessToken === undefined ? undefined : sha256(expected.accessToken);
  const wrong = Object.entries({
    type: typ === 'dpop+jwt' && alg === 'ES256',
    'private part of the key': !('d' in jwk),
    signature: isSigned,
    htm: said['htm'] === expected.method,
    htu: said['htu'] === expected.url,
    iat: Math.abs(Number(said['iat']) - expected.now / 1000) < 60,
    ath: said['ath'] === ath,
  }).filter(([, isRight]) => !isRight);
  const jti = String(said['jti']);
  if (wrong.length > 0) return { jkt, jti, fault: wrong.map(([name]) => name).join(', ') };
  return { jkt, jti, fault: said['nonce'] === expected.nonce ? undefined : 'use_dpop_nonce' };
}

/** The nonce that a proof holds. */
export function nonceIn(proof: string | undefined): string | undefined {
  const [, body] = proof?.split('.') ?? [];
  return body === undefined ? undefined : (part(body)['nonce'] as string | undefined);
}

const part = (text: string) =>
  JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
