import type { TokenSet } from '@everbearer/core/contract';
import { idTokenClaims, userOf } from '../wire/id-token.ts';
import { isJsonObject, type JsonObject } from '../wire/json-object.ts';
import { ImportedTokens } from './imported-tokens.ts';
import {
  accessTokenIn,
  type Damaged,
  instantIn,
  member,
  nameIn,
  refreshTokenIn,
  resourceScopes,
  scopesIn,
} from './stored-value.ts';

/** Python-O365 up to 2.0.38: the token response of one person, with the instant when the access token ends. */
export function isFlatToken(value: unknown): value is JsonObject {
  return (
    isJsonObject(value) && (Object.hasOwn(value, 'access_token') || Object.hasOwn(value, 'refresh_token'))
  );
}

/** @throws what `damaged` makes, if a token in the file cannot be used */
export function importFlatToken(file: JsonObject, damaged: Damaged): ImportedTokens {
  const claims = idTokenClaims(member(file, 'id_token')) ?? {};
  const user = userOf(
    nameIn(claims, 'oid') ?? nameIn(claims, 'sub'),
    nameIn(claims, 'preferred_username'),
    nameIn(claims, 'tid'),
  );
  const clientId = nameIn(claims, 'aud');
  const scopes = scopesIn(file, 'scope');
  const { username, tenantId, id } = user ?? {};
  const lastRenewedAt = renewedAt(file);
  const facts = {
    layout: 'o365-2.0' as const,
    account: username ?? id ?? 'default',
    scopes: resourceScopes(scopes),
    ...(username !== undefined && { username }),
    ...(clientId !== undefined && { clientId }),
    ...(tenantId !== undefined && { tenantId }),
    ...(lastRenewedAt !== undefined && { lastRenewedAt }),
  };
  const about = { ...(scopes.length > 0 && { scopes }), ...(user && { user }) };
  return new ImportedTokens(facts, { ...tokensIn(file, damaged), ...about });
}

function tokensIn(file: JsonObject, damaged: Damaged): TokenSet {
  const refreshToken = refreshTokenIn(file, 'refresh_token');
  if (refreshToken === null) throw damaged('`refresh_token` is not a token');
  if (refreshToken !== undefined) return { refreshToken };
  const accessToken = accessTokenIn(file, 'access_token');
  if (typeof accessToken !== 'string') throw damaged('`access_token` is not a token');
  const expiresAt = instantIn(file, 'expires_at');
  const tokenType = nameIn(file, 'token_type');
  return {
    accessToken,
    ...(tokenType !== undefined && { tokenType }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** When the tokens were issued: the file says when the access token ends, and how long it lives. */
function renewedAt(file: JsonObject): number | undefined {
  const expiresAt = instantIn(file, 'expires_at');
  const lifeMs = instantIn(file, 'expires_in');
  return expiresAt === undefined || lifeMs === undefined ? undefined : expiresAt - lifeMs;
}
