import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `openssl` makes for an application: each the text of a PEM file. */
export interface PemFiles {
  certificate: string;
  key: string;
  encryptedKey: string;
  /** The key in the older form, `BEGIN RSA PRIVATE KEY`. */
  oldKey: string;
  /** Certificate and key of an elliptic curve. */
  curve: string;
  /** Of another key. */
  otherCertificate: string;
  otherKey: string;
}

export const PASSPHRASE = 'passphrase-canary-1';

export function makePemFiles(): PemFiles {
  const directory = mkdtempSync(join(tmpdir(), 'pem-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe', cwd: directory });
  const certified = (name: string, ...newKey: string[]) =>
    openssl(
      'req',
      '-x509',
      '-newkey',
      ...newKey,
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  try {
    certified('own', 'rsa:2048');
    certified('other', 'rsa:2048');
    certified('curve', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1');
    openssl('pkcs8', '-topk8', '-in', 'own.key', '-out', 'sealed.key', '-passout', `pass:${PASSPHRASE}`);
    openssl('rsa', '-in', 'own.key', '-traditional', '-out', 'old.key');
    return {
      certificate: read('own.crt'),
      key: read('own.key'),
      encryptedKey: read('sealed.key'),
      oldKey: read('old.key'),
      curve: read('curve.crt') + read('curve.key'),
      otherCertificate: read('other.crt'),
      otherKey: read('other.key'),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
