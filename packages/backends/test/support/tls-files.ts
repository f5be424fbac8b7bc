import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate authority of two days, and a key and a certificate of its for 127.0.0.1; paths, and the text of the authority. */
export function makeCertificate() {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
  const file = (name: string) => join(directory, name);
  const [ca, caKey, key, certificate] = ['ca.pem', 'ca.key', 'server.key', 'server.pem'].map(file) as [
    string,
    string,
    string,
    string,
  ];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...curve, '-days', '2', '-subj', '/CN=tests', '-keyout', caKey, '-out', ca);
  openssl('req', ...curve, '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', file('request'));
  writeFileSync(file('extensions'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
  const signing = [
    '-CA',
    ca,
    '-CAkey',
    caKey,
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    file('extensions'),
  ];
  openssl('x509', '-req', '-in', file('request'), ...signing, '-out', certificate);
  return {
    files: { key, certificate, ca },
    ca: readFileSync(ca),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
