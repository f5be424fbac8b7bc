import type { TokenSet } from '@everbearer/core/contract';
import { userOf } from '../wire/id-token.ts';
import { isJsonObject, type JsonObject } from '../wire/json-object.ts';
import { type CacheEntry, readSection } from './cache-section.ts';
import { type ImportedFacts, ImportedTokens } from './imported-tokens.ts';
import { countsOf, type Damaged, resourceScopes } from './stored-value.ts';

const SECTIONS = ['RefreshToken', 'AccessToken', 'Account', 'IdToken', 'AppMetadata'] as const;

/** The cache of any MSAL library: sections, each a map of entries. Python-O365 2.1 stores one. */
export function isMsalCache(value: unknown): value is JsonObject {
  return isJsonObject(value) && SECTIONS.some((section) => Object.hasOwn(value, section));
}

/** The entries of one account at one client. */
interface Session {
  homeAccountId: string | undefined;
  clientId: string | undefined;
  refreshTokens: CacheEntry[];
  accessTokens: CacheEntry[];
}

/**
 * One entry for each account at each client.
 * @throws what `damaged` makes, if a token in the cache cannot be used
 */
export function importMsalCache(cache: JsonObject, damaged: Damaged): ImportedTokens[] {
  const accounts = new Map(
    readSection(cache, 'Account', damaged).map((entry) => [entry.homeAccountId, entry]),
  );
  const sessions = sessionsOf(
    readSection(cache, 'RefreshToken', damaged),
    // Tokens without an account belong to the application itself.
    readSection(cache, 'AccessToken', damaged).filter(({ homeAccountId }) => homeAccountId !== undefined),
  );
  const imported = sessions.map((session) => ({
    facts: factsOf(session, accounts.get(session.homeAccountId)),
    tokens: tokensOf(session, accounts.get(session.homeAccountId), damaged),
    session,
  }));
  const named = countsOf(imported, ({ facts }) => nameOf(facts));
  return imported.map(({ facts, tokens, session: { homeAccountId } }) => {
    const isAlone = named.get(nameOf(facts)) === 1 || homeAccountId === undefined;
    return new ImportedTokens(isAlone ? facts : { ...facts, account: homeAccountId }, tokens);
  });
}

/** A refresh token serves all scopes and tenants of its account: so one session for each account and client. */
function sessionsOf(refreshTokens: readonly CacheEntry[], accessTokens: readonly CacheEntry[]): Session[] {
  const sessions = new Map<string, Session>();
  const sessionOf = ({ homeAccountId, clientId }: CacheEntry): Session => {
    const key = JSON.stringify([homeAccountId, clientId]);
    const session = sessions.get(key) ?? { homeAccountId, clientId, refreshTokens: [], accessTokens: [] };
    sessions.set(key, session);
    return session;
  };
  for (const entry of refreshTokens) sessionOf(entry).refreshTokens.push(entry);
  for (const entry of accessTokens) sessionOf(entry).accessTokens.push(entry);
  return [...sessions.values()];
}

function factsOf(session: Session, account: CacheEntry | undefined): ImportedFacts {
  const { homeAccountId, clientId, accessTokens, refreshTokens } = session;
  const refreshToken = newest(refreshTokens);
  const scopes = refreshToken?.scopes.length
    ? refreshToken.scopes
    : accessTokens.flatMap(({ scopes }) => scopes);
  const username = account?.username;
  const tenantId = account?.realm ?? newest(accessTokens)?.realm;
  const lastRenewedAt = refreshToken?.writtenAt ?? newest(accessTokens)?.writtenAt;
  return {
    layout: 'msal-cache',
    account: username ?? homeAccountId ?? 'default',
    scopes: resourceScopes(scopes),
    ...(username !== undefined && { username }),
    ...(clientId !== undefined && { clientId }),
    ...(tenantId !== undefined && { tenantId }),
    ...(lastRenewedAt !== undefined && { lastRenewedAt }),
  };
}

function tokensOf(session: Session, account: CacheEntry | undefined, damaged: Damaged): TokenSet {
  const { refreshTokens, accessTokens, homeAccountId } = session;
  const [, homeTenantId] = /\.([\da-f-]{36})$/i.exec(homeAccountId ?? '') ?? [];
  const user = userOf(account?.localAccountId, account?.username, homeTenantId);
  const about = user ? { user } : {};
  const broken = refreshTokens.find(({ secret }) => secret === undefined);
  if (broken) throw damaged(`the \`secret\` of ${broken.place} is not a token`);
  const refreshToken = newest(refreshTokens);
  if (refreshToken) return { refreshToken: refreshToken.secret as string, ...about };
  const whole = accessTokens.filter(({ secret }) => secret !== undefined);
  const accessToken = newest(whole);
  if (!accessToken) throw damaged(`the \`secret\` of ${accessTokens[0]?.place} is not a token`);
  const { secret, tokenType, expiresAt, scopes } = accessToken;
  return {
    accessToken: secret as string,
    ...(tokenType !== undefined && { tokenType }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(scopes.length > 0 && { scopes }),
    ...about,
  };
}

/** Changes of scopes or of the key layout leave several entries behind; the one written last is the valid one. */
function newest(entries: readonly CacheEntry[]): CacheEntry | undefined {
  return entries.reduce<CacheEntry | undefined>(
    (best, entry) => ((entry.writtenAt ?? 0) >= (best?.writtenAt ?? 0) ? entry : best),
    undefined,
  );
}

const nameOf = ({ account, clientId }: ImportedFacts) => JSON.stringify([account, clientId]);
