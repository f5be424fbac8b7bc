/**
 * Where the metadata of an issuer may be, in the order in which they are tried: OpenID Connect appends to the issuer, RFC 8414 puts
 * the well-known part before its path. Servers mix that up, so for an issuer with a path each document is looked for in both
 * places.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-5
 */
export function metadataAddresses(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/+$/, '');
  const appended = `${origin}${path}/.well-known/openid-configuration`;
  const inserted = `${origin}/.well-known/oauth-authorization-server${path}`;
  if (path === '') return [appended, inserted];
  return [
    appended,
    inserted,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/oauth-authorization-server`,
  ];
}
