import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';

/** A certificate and its key, as an application keeps them. */
export interface TestCertificate {
  /** Both as one PEM text. A secret. */
  pem: string;
  /** The certificate alone, as PEM. */
  certificate: string;
  privateKey: KeyObject;
  /** SHA-256 of the certificate in base64url: `x5t#S256`. */
  thumbprint: string;
}

const DAY_MS = 86_400_000;

/**
 * Makes a self-signed RSA certificate that is good for a year, so that no test needs openssl.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function selfSignedCertificate(commonName: string): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(element(SET, sequence(COMMON_NAME, element(UTF8, Buffer.from(commonName)))));
  const validity = sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + 365 * DAY_MS));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  // Positive, and without needless zeros in front.
  const serial = Buffer.concat([Buffer.of(1), randomBytes(15)]);
  const toBeSigned = sequence(element(INTEGER, serial), SHA256_RSA, name, validity, name, spki);
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', toBeSigned, privateKey)]);
  const raw = sequence(toBeSigned, SHA256_RSA, element(BIT_STRING, signature));
  const certificate = new X509Certificate(raw);
  const pem = certificate.toString() + privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { pem, certificate: certificate.toString(), privateKey, thumbprint: thumbprintOf(certificate) };
}

/** SHA-256 of a certificate, in base64url. */
export function thumbprintOf({ fingerprint256 }: X509Certificate): string {
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

const [INTEGER, BIT_STRING, UTF8, UTC_TIME, SEQUENCE, SET] = [0x02, 0x03, 0x0c, 0x17, 0x30, 0x31] as const;
/** 2.5.4.3 */
const COMMON_NAME = Buffer.from('0603550403', 'hex');
/** 1.2.840.113549.1.1.11, without parameters. */
const SHA256_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex');

/** Tag, length and content, as DER writes them. */
function element(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

function sequence(...content: Buffer[]): Buffer {
  return element(SEQUENCE, ...content);
}

function utcTime(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '').slice(2);
  return element(UTC_TIME, Buffer.from(text));
}
