import type { CredentialRecord, Grant, StoredAccessToken } from './credential-record.ts';
import { LARGEST_TOKENS, MOST_SCOPES } from './limits.ts';
import type { ReceivedTokens } from './received-tokens.ts';

/** Access tokens by scope. */
type Tokens = CredentialRecord['accessTokens'];

/** The same in an object without a prototype, so that no scope is special in it, whatever its name. */
function copied(tokens: Tokens): Record<string, StoredAccessToken> {
  return Object.assign(Object.create(null), tokens);
}

/** These access tokens, and the one of this scope that came with the grant, where one came. */
export function withToken(
  tokens: Tokens,
  scope: string,
  access: ReceivedTokens['access'],
  grant: Grant,
): Tokens {
  const all = copied(tokens);
  if (access) all[scope] = { ...access, grantId: grant.id };
  return all;
}

/** The access token that was obtained last. */
export function newestToken({ accessTokens }: Pick<CredentialRecord, 'accessTokens'>): string | undefined {
  return Object.values(accessTokens).sort((a, b) => b.obtainedAt - a.obtainedAt)[0]?.token;
}

/** Drops access tokens that ended, and the oldest of too many: a record must stay small enough to be read again. */
export function livingTokens(tokens: Tokens, now: number): Tokens {
  const alive = Object.entries(tokens).filter(
    ([, { expiresAt }]) => expiresAt === undefined || expiresAt > now,
  );
  let size = 0;
  const kept = alive
    .sort(([, a], [, b]) => b.obtainedAt - a.obtainedAt)
    .slice(0, MOST_SCOPES - 1)
    .filter((entry) => {
      size += JSON.stringify(entry).length;
      return size <= LARGEST_TOKENS;
    });
  return Object.fromEntries(kept);
}

/**
 * The newer of each scope. The one that I just received is newer whatever the clocks of those who wrote them say.
 * @param renewed - the scope that my lease was about, where it still stands in what is stored
 */
export function mergedTokens(
  stored: CredentialRecord,
  mine: CredentialRecord,
  renewed: string | undefined,
): Tokens {
  const merged = copied(stored.accessTokens);
  for (const [scope, token] of Object.entries(mine.accessTokens)) {
    const other = merged[scope];
    const ofNewGrant = token.grantId === mine.grant.id && stored.grant.id !== mine.grant.id;
    if (scope === renewed || ofNewGrant || !other || other.obtainedAt <= token.obtainedAt)
      merged[scope] = token;
  }
  return merged;
}
