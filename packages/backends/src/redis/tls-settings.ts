/** What decides whether Node checks a certificate. */
export interface TlsSettings {
  rejectUnauthorized?: boolean | undefined;
  checkServerIdentity?: unknown;
}

/**
 * Whether a connection with these options checks the certificate of its server. A function of the caller cannot be looked
 * into, and most of them accept any name, so it counts as not checked.
 */
export function checksCertificate({ rejectUnauthorized, checkServerIdentity }: TlsSettings): boolean {
  if (checkServerIdentity !== undefined) return false;
  return rejectUnauthorized ?? process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0';
}
