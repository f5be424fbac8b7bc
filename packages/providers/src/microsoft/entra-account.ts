import { ConfigurationError } from '@everbearer/core';
import type { TokenUser } from '@everbearer/core/contract';

/** Who somebody is at Entra: as the claims of a token say it, or the `user` of a TokenSet. */
export type EntraIdentity =
  | { readonly oid?: unknown; readonly tid?: unknown }
  | Pick<TokenUser, 'id' | 'tenantId'>;

/**
 * A name for the account of a person, for `createTokenManager({ account })` and `accounts.for()`: object id and tenant id, in
 * the form `oid.tid` of MSAL's home account id. The two together are one person in one tenant for good. An e-mail address is
 * not: it may change, and be given to another person. A guest is another account in each tenant.
 *
 * Take the claims from a token that you have checked, or the `user` of what a sign-in returned.
 * @throws {ConfigurationError} `oid` or `tid`, when it is missing or malformed
 * @see https://learn.microsoft.com/entra/identity-platform/claims-validation
 */
export function entraAccount(identity: EntraIdentity | undefined): string {
  const { oid, tid, id, tenantId } = (identity ?? {}) as Record<string, unknown>;
  return `${required('oid', oid ?? id)}.${required('tid', tid ?? tenantId)}`;
}

function required(option: string, value: unknown): string {
  if (typeof value === 'string' && /^[\w-]{1,100}$/.test(value)) return value.toLowerCase();
  throw new ConfigurationError({
    option,
    message: `\`${option}\` is missing or malformed, and an account at Entra is named by \`oid\` and \`tid\`. Pass the claims of a token, and ask for the scope \`profile\`.`,
  });
}
