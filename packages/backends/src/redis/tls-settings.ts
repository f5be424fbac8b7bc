/** What decides whether Node checks a certificate. */
export interface TlsSettings {
  rejectUnauthorized?: boolean | undefined;
  checkServerIdentity?: unknown;
}

/**
 * Whether a connection with these options checks the certificate of its server. A check of one's own cannot be looked
 * into: most that are given accept any name, so it counts as none.
 */
export function checksCertificate({ rejectUnauthorized, checkServerIdentity }: TlsSettings): boolean {
  if (checkServerIdentity !== undefined) return false;
  return rejectUnauthorized ?? process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0';
}
