import { constants, verify, X509Certificate } from 'node:crypto';
import { REFUSALS, Refusal } from './refusal.ts';
import { thumbprintOf } from './self-signed-certificate.ts';

/** The one type of assertion that a client proves itself with here. */
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What an assertion must say. */
export interface AssertionRules {
  clientId: string;
  /** PEM of the certificate that is registered. */
  certificate: string;
  /** What the server is called: one of these is the `aud`. */
  audiences: readonly string[];
}

/** Who an assertion says that it is of, unproven. */
export function subjectOf(assertion: string | null): string | undefined {
  const subject = assertion === null ? undefined : partsOf(assertion)?.claims['sub'];
  return typeof subject === 'string' ? subject : undefined;
}

/**
 * An assertion that the client signed with the key of its certificate.
 * @throws {Refusal} unless it is signed so, names the certificate, is meant for this server, and has not ended
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export function checkAssertion(
  form: URLSearchParams,
  { clientId, certificate, audiences }: AssertionRules,
): void {
  const parts = partsOf(form.get('client_assertion') ?? '');
  if (!parts || form.get('client_assertion_type') !== JWT_BEARER) throw new Refusal(REFUSALS.missingSecret);
  const { header, claims, signed, signature } = parts;
  const own = new X509Certificate(certificate);
  const named = header['x5t#S256'] ?? header['kid'];
  const proof = PROOFS[header['alg'] as string];
  const isOwn = named === thumbprintOf(own) || isOldThumbprint(header['x5t'], own);
  if (!proof || !isOwn || !verify('sha256', signed, { key: own.publicKey, ...proof }, signature))
    throw new Refusal(REFUSALS.wrongAssertion);
  const { iss, sub, aud, exp } = claims;
  const isHere = [aud].flat().some((each) => audiences.includes(each as string));
  if (iss !== clientId || sub !== clientId || !isHere || typeof exp !== 'number')
    throw new Refusal(REFUSALS.wrongAssertionClaims);
  if (exp * 1000 <= Date.now()) throw new Refusal(REFUSALS.endedAssertion);
}

const PROOFS: Readonly<Record<string, object>> = {
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  RS256: { padding: constants.RSA_PKCS1_PADDING },
};

/** SHA-1, as libraries of years ago name a certificate. */
function isOldThumbprint(given: unknown, { fingerprint }: X509Certificate): boolean {
  return given === Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');
}

interface AssertionParts {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signed: Buffer;
  signature: Buffer;
}

function partsOf(assertion: string): AssertionParts | undefined {
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  const [first, second] = [header, claims].map(jsonOf);
  if (!first || !second) return undefined;
  return {
    header: first,
    claims: second,
    signed: Buffer.from(`${header}.${claims}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

function jsonOf(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
