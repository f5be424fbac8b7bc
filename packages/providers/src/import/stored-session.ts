import type { TokenSet, TokenUser } from '@everbearer/core/contract';
import { idTokenClaims, userOf } from '../wire/id-token.ts';
import type { JsonObject } from '../wire/json-object.ts';
import { type ImportedFacts, ImportedTokens } from './imported-tokens.ts';
import {
  accessTokenIn,
  type Damaged,
  member,
  nameIn,
  refreshTokenIn,
  resourceScopes,
  scopesIn,
} from './stored-value.ts';

/** Where a layout keeps what. Everything else is where a token response has it. */
export interface StoredSession extends Omit<ImportedFacts, 'account' | 'scopes'> {
  /** Default: the username, or the id of the user. */
  account?: string | undefined;
  /** What holds the tokens. */
  object: JsonObject;
  /** Which of several it is, for messages: ` of row 2 of 50`. */
  place?: string | undefined;
  /** Default `access_token`. */
  accessTokenName?: string | undefined;
  /** Default: the scopes in `scope`. */
  scopes?: readonly string[] | undefined;
  /** Default: the claims of `id_token`. */
  claims?: JsonObject | undefined;
  /** When the access token ends. */
  expiresAt?: number | undefined;
  clientSecret?: string | undefined;
}

/**
 * The tokens of one session.
 * @throws what `damaged` makes, if a token in the file cannot be used
 */
export function importSession(stored: StoredSession, damaged: Damaged): ImportedTokens {
  const { object, clientSecret } = stored;
  const claims = stored.claims ?? idTokenClaims(member(object, 'id_token')) ?? {};
  const scopes = stored.scopes ?? scopesIn(object, 'scope');
  const user = userIn(claims) ?? userOf(undefined, stored.username);
  const about = { ...(scopes.length > 0 && { scopes }), ...(user && { user }) };
  const tokens = { ...tokensIn(stored, damaged), ...about };
  return new ImportedTokens(factsOf(stored, claims, { scopes, user }), tokens, { clientSecret });
}

const userIn = (claims: JsonObject) =>
  userOf(
    nameIn(claims, 'oid') ?? nameIn(claims, 'sub'),
    nameIn(claims, 'preferred_username') ?? nameIn(claims, 'email'),
    nameIn(claims, 'tid'),
  );

function factsOf(
  stored: StoredSession,
  claims: JsonObject,
  { scopes, user }: { scopes: readonly string[]; user: TokenUser | undefined },
): ImportedFacts {
  const username = stored.username ?? user?.username;
  return {
    layout: stored.layout,
    account: stored.account ?? username ?? user?.id ?? 'default',
    scopes: resourceScopes(scopes),
    username,
    clientId: oneWord(stored.clientId ?? nameIn(claims, 'aud')),
    tenantId: stored.tenantId ?? user?.tenantId,
    lastRenewedAt: stored.lastRenewedAt,
    server: oneWord(stored.server),
    tokenEndpoint: oneWord(stored.tokenEndpoint),
  };
}

/** In a file that lost a line break, the next line hangs on to it, and that may be a secret. */
const oneWord = (text: string | undefined) => (text !== undefined && /^\S+$/.test(text) ? text : undefined);

/** With a refresh token, the access token is left out. */
function tokensIn(stored: StoredSession, damaged: Damaged): TokenSet {
  const { object, place = '', accessTokenName = 'access_token', expiresAt } = stored;
  const refreshToken = refreshTokenIn(object, 'refresh_token');
  if (refreshToken === null) throw damaged(`\`refresh_token\`${place} is not a token`);
  if (refreshToken !== undefined) return { refreshToken };
  const accessToken = accessTokenIn(object, accessTokenName);
  if (typeof accessToken !== 'string') throw damaged(`\`${accessTokenName}\`${place} is not a token`);
  const tokenType = nameIn(object, 'token_type');
  return {
    accessToken,
    ...(tokenType !== undefined && { tokenType }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
