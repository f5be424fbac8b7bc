import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@everbearer/core';
import { requireMembers } from '../options/require-option.ts';

/** A certificate registered for the application, and its private key: as PEM text, or taken apart already. */
export type ClientCertificate = PemCertificate | CertificateParts;

/** A certificate and its private key as PEM text, from which everything else is read. */
export interface PemCertificate {
  /**
   * The text of the certificate and of its private key (RSA), in any order, as `openssl` and Key Vault write them. More
   * certificates may follow, up to the one that issued it. A secret.
   */
  pem: string;
  /** Opens the private key, if it is encrypted. */
  passphrase?: string | undefined;
  /**
   * Whether the certificates go along in each request (`x5c`), which an application needs that is registered by subject name
   * and issuer. Default false.
   */
  sendChain?: boolean | undefined;
}

/** A certificate that is taken apart already. */
export interface CertificateParts {
  /** SHA-256 thumbprint of the certificate, 64 hexadecimal digits. */
  thumbprintSha256: string;
  /** The private key in PEM form, not encrypted. */
  privateKey: string;
  /** The certificate itself in PEM form, if the application is registered by subject name and issuer. */
  x5c?: string | undefined;
}

const PEM_MEMBERS = /* @__PURE__ */ Object.keys({
  pem: true,
  passphrase: true,
  sendChain: true,
} satisfies Record<keyof PemCertificate, true>);

const PART_MEMBERS = /* @__PURE__ */ Object.keys({
  thumbprintSha256: true,
  privateKey: true,
  x5c: true,
} satisfies Record<keyof CertificateParts, true>);

/** A certificate as msal-node takes it, which tells an absent member from one that is undefined. */
export interface SigningCertificate {
  thumbprintSha256: string;
  privateKey: string;
  x5c?: string;
}

/**
 * The option `clientCertificate` as msal-node takes it.
 * @throws {ConfigurationError} naming the member that cannot be used, and never quoting it
 */
export function signingCertificate(certificate: ClientCertificate): SigningCertificate {
  const isPem = typeof certificate === 'object' && certificate !== null && 'pem' in certificate;
  const [known, example] = isPem ? [PEM_MEMBERS, '{ pem }'] : [[...PART_MEMBERS, ...PEM_MEMBERS], '{ pem }'];
  requireMembers('microsoft()', certificate, known, example, 'clientCertificate');
  if (isPem) return partsOf(certificate);
  const { thumbprintSha256, privateKey, x5c } = certificate as CertificateParts;
  checkParts({ thumbprintSha256, privateKey, x5c });
  return { thumbprintSha256, privateKey, ...(x5c !== undefined && { x5c }) };
}

function partsOf({ pem, passphrase, sendChain = false }: PemCertificate): SigningCertificate {
  if (typeof pem !== 'string')
    fail('pem', 'must be the text of a PEM file. Read the file and pass its text.');
  if (!pem.includes('-----BEGIN')) fail('pem', 'is no PEM text. Read the file and pass its text.');
  if (pem.includes('\\n'))
    fail('pem', "holds \\n where lines should end. Write for instance pem.replaceAll('\\\\n', '\\n').");
  if (passphrase !== undefined && (typeof passphrase !== 'string' || passphrase === ''))
    fail('passphrase', 'must be the text that opens the key. Leave it out if the key is not encrypted.');
  if (typeof sendChain !== 'boolean') fail('sendChain', 'must be true or false. Leave it out for false.');
  const key = privateKeyIn(pem, passphrase);
  const certificates = certificatesIn(pem);
  const own = certificates.find((each) => each.checkPrivateKey(key));
  if (own === undefined) fail('pem', 'holds a key that belongs to none of its certificates. Join the two.');
  const chain = [own, ...certificates.filter((each) => each !== own)];
  return {
    thumbprintSha256: own.fingerprint256.replaceAll(':', ''),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ...(sendChain && { x5c: chain.map(String).join('') }),
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[\s\S]+?-----END ([A-Z]+ )?PRIVATE KEY-----/g;

function certificatesIn(pem: string): X509Certificate[] {
  const texts = pem.match(CERTIFICATE);
  if (!texts) fail('pem', 'holds no certificate. Add the text that begins with -----BEGIN CERTIFICATE-----.');
  try {
    return texts.map((text) => new X509Certificate(text));
  } catch {
    return fail('pem', 'holds a certificate that cannot be read. Copy the whole file again.');
  }
}

function privateKeyIn(pem: string, passphrase: string | undefined): KeyObject {
  const [text, second] = pem.match(PRIVATE_KEY) ?? [];
  if (!text) fail('pem', 'holds no private key. Add the text that begins with -----BEGIN PRIVATE KEY-----.');
  if (second) fail('pem', 'holds several private keys. Leave the one of the certificate.');
  const isEncrypted = text.includes('ENCRYPTED');
  if (isEncrypted && passphrase === undefined)
    fail('passphrase', 'is missing, and the private key is encrypted. Give the text that opens it.');
  const key = readKey(text, isEncrypted ? passphrase : undefined);
  if (key.asymmetricKeyType !== 'rsa')
    fail('pem', 'holds a key that is not RSA, and Entra takes no other. Make an RSA key and certificate.');
  return key;
}

function readKey(key: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // The reasons of OpenSSL may quote what they read.
    if (passphrase !== undefined) fail('passphrase', 'does not open the private key. Check it.');
    return fail('pem', 'holds a private key that cannot be read. Copy the whole file again.');
  }
}

function checkParts({ thumbprintSha256, privateKey, x5c }: CertificateParts): void {
  if (typeof thumbprintSha256 !== 'string' || !/^[0-9A-Fa-f]{64}$/.test(thumbprintSha256)) {
    const remedy = 'Write its 64 hexadecimal digits without colons, or pass { pem } alone.';
    fail('thumbprintSha256', `is not a SHA-256 thumbprint. ${remedy}`);
  }
  if (!isOpenPrivateKey(privateKey)) {
    const remedy = 'Pass the text that begins with -----BEGIN PRIVATE KEY-----, or { pem, passphrase }.';
    fail('privateKey', `is not an unencrypted private key in PEM form. ${remedy}`);
  }
  if (x5c !== undefined && (typeof x5c !== 'string' || !x5c.includes('-----BEGIN CERTIFICATE-----'))) {
    const remedy = 'Leave it out unless the application is registered by subject name and issuer.';
    fail('x5c', `must be the certificate in PEM form. ${remedy}`);
  }
}

const isOpenPrivateKey = (text: unknown) =>
  typeof text === 'string' &&
  /^\s*-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) &&
  !text.includes('ENCRYPTED');

function fail(member: string, fault: string): never {
  const option = `clientCertificate.${member}`;
  throw new ConfigurationError({ option, message: `\`${option}\` ${fault}` });
}
