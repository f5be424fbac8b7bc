import { constants, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import type { SigningCertificate } from './client-certificate.ts';

/** Whose assertion it is, and for which endpoint. */
export interface AssertionClaims {
  clientId: string;
  /** The token endpoint. */
  audience: string;
}

const LIFE_S = 600;

/**
 * An assertion signed with a certificate, for the one grant that msal-node composes for public clients alone (device code).
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function certificateAssertion(
  { thumbprintSha256, privateKey, x5c }: SigningCertificate,
  { clientId, audience }: AssertionClaims,
): string {
  const now = Math.floor(Date.now() / 1000);
  const header = {
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': Buffer.from(thumbprintSha256, 'hex').toString('base64url'),
    ...(x5c !== undefined && { x5c: chainOf(x5c) }),
  };
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + LIFE_S,
  };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = { key: createPrivateKey(privateKey), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function chainOf(x5c: string): string[] {
  const texts = x5c.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return texts.map((text) => new X509Certificate(text).raw.toString('base64'));
}
