/** What decides which tokens a provider brings. */
export interface ProviderIdentity {
  /** The issuer, where it is known. */
  issuer?: string | undefined;
  /** The token endpoint, where it was given. */
  tokenEndpoint?: string | undefined;
  /** The tenant, for a server that has tenants. */
  tenant?: string | undefined;
  clientId: string;
  grant: string;
  /** Whether the tokens are bound to a key (RFC 9449). */
  dpop?: boolean | undefined;
  /** What is sent with every token request besides: audience, resource. */
  tokenParameters?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
}

/**
 * The `id` of a provider: the same text for whatever brings the same tokens, however the options are written, and another
 * one for everything else. It has the form of a query: encoded, so that no value can pass for two; the names that the
 * options have first and always in this order, so that no token parameter can pass for one of them.
 *
 * Scopes are left out, since one refresh token serves them all, and so is client authentication, since a new secret makes no
 * new client.
 */
export function providerId(identity: ProviderIdentity): string {
  const { issuer, tokenEndpoint, tenant, clientId, grant, dpop, tokenParameters = {} } = identity;
  const own = {
    issuer: address(issuer),
    token_endpoint: address(tokenEndpoint),
    tenant,
    dpop: dpop ? 'true' : undefined,
  };
  const given = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const sorted = Object.entries(tokenParameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => [value ?? []].flat().map((each) => [name, each]));
  const members = [...given, ['client_id', clientId], ['grant_type', grant], ...sorted] as [string, string][];
  // These two mean nothing special here, and people read the id.
  return new URLSearchParams(members).toString().replaceAll('%3A', ':').replaceAll('%2F', '/');
}

/** One spelling of an address: host in lower case, no default port. */
const address = (text: string | undefined) => (text === undefined ? undefined : new URL(text).href);
