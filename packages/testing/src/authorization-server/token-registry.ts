import { randomBytes } from 'node:crypto';
import type { ClaimsRequirement } from './claims-requirement.ts';
import type { TestAccount } from './directory.ts';
import type { Timeline } from './timeline.ts';

/** One sign-in and every token that descends from it. */
export interface TokenFamily {
  /** Not a secret: made for logs. */
  id: string;
  account: TestAccount;
  clientId: string;
  scopes: readonly string[];
  revokedAt?: number | undefined;
  /** The claims requirement that a token of this family has met; later tokens of the family meet it too. */
  metClaims?: number | undefined;
  /** The refresh token redeemed last. */
  lastRedeemed?: IssuedRefreshToken | undefined;
}

/** An access token, and what became of it. */
export interface IssuedAccessToken {
  /** Not a secret: made for logs. */
  id: string;
  token: string;
  family: TokenFamily | undefined;
  scopes: readonly string[];
  issuedAt: number;
  /** When this server stops accepting it. */
  expiresAt: number;
  /** Until when it lives by the reply's `expires_in`. */
  promisedUntil: number;
  /** The refresh token that brought it. */
  broughtBy?: IssuedRefreshToken | undefined;
  revokedAt?: number | undefined;
  metClaims?: number | undefined;
}

/** A refresh token, and what became of it. */
export interface IssuedRefreshToken {
  token: string;
  family: TokenFamily;
  expiresAt: number;
  redeemedAt?: number | undefined;
  replays: number;
  /** The refresh token that brought it. */
  broughtBy?: IssuedRefreshToken | undefined;
  /** The refresh token that it brought last. */
  successor?: IssuedRefreshToken | undefined;
  /** A token that it brought has been used. */
  isSuperseded?: boolean | undefined;
}

/**
 * What a resource server is to make of a bearer token. `token` is its id, not the token itself. `early`: it ended before
 * the time that its reply had promised, so its holder could not know.
 */
export type Verdict =
  | { kind: 'valid'; token: string; account?: TestAccount | undefined; scopes: readonly string[] }
  | { kind: 'expired'; token: string; early: boolean }
  | { kind: 'revoked'; token: string; early: boolean }
  | { kind: 'insufficient_claims'; token: string; claims: string }
  | { kind: 'unknown' };

/** What an access token is issued for. */
export interface AccessTokenAsk {
  grant: string;
  family?: TokenFamily | undefined;
  scopes: readonly string[];
  /** The `claims` parameter of the request. */
  claims?: string | undefined;
  lifeMs: number;
  /** The refresh token that was presented. */
  broughtBy?: IssuedRefreshToken | undefined;
}

/** Every token this server issued, and what became of it. */
export interface TokenRegistry {
  startFamily(account: TestAccount, clientId: string, scopes: readonly string[], grant: string): TokenFamily;
  issueAccessToken(ask: AccessTokenAsk): IssuedAccessToken;
  issueRefreshToken(family: TokenFamily, lifeMs: number): IssuedRefreshToken;
  refreshToken(token: string): IssuedRefreshToken | undefined;
  accessToken(token: string): IssuedAccessToken | undefined;
  /** The families of an account, or all. */
  families(accountId?: string): TokenFamily[];
  /** Access tokens that would pass now, of an account, of a family, or all. */
  living(of?: { accountId?: string | undefined; family?: TokenFamily | undefined }): IssuedAccessToken[];
  /** Ends the refresh tokens and access tokens of the family. False if it was revoked before. */
  revokeFamily(family: TokenFamily, reason: 'reuse' | 'scripted' | 'revocation'): boolean;
  judge(token: string): Verdict;
  /** A random text with the prefix, kept among the secrets. */
  secret(kind: string): string;
  /** Every secret handed out so far. None of them may appear in a log. */
  secrets(): string[];
}

/** What the registry needs of the server. */
export interface TokenRegistryOptions {
  tokenPrefix: string;
  claims: ClaimsRequirement;
  timeline: Timeline;
  now(): number;
}

interface Issued {
  accessTokens: Map<string, IssuedAccessToken>;
  refreshTokens: Map<string, IssuedRefreshToken>;
  families: TokenFamily[];
  secrets: string[];
}

/** An empty registry. */
export function createTokenRegistry(options: TokenRegistryOptions): TokenRegistry {
  const { claims, timeline, now } = options;
  const issued: Issued = { accessTokens: new Map(), refreshTokens: new Map(), families: [], secrets: [] };
  const { accessTokens, refreshTokens, families } = issued;
  return {
    startFamily(account, clientId, scopes, grant) {
      const family: TokenFamily = { id: `family-${families.length + 1}`, account, clientId, scopes };
      families.push(family);
      timeline.add({ type: 'family_started', family: family.id, account: account.username, grant });
      return family;
    },
    issueAccessToken: (ask) => issueAccessToken(issued, options, ask),
    issueRefreshToken(family, lifeMs) {
      const token = secretOf(issued, options, 'RT');
      const refreshToken = { token, family, expiresAt: now() + lifeMs, replays: 0 };
      refreshTokens.set(token, refreshToken);
      return refreshToken;
    },
    refreshToken: (token) => refreshTokens.get(token),
    accessToken: (token) => accessTokens.get(token),
    families: (accountId) =>
      families.filter(({ account }) => accountId === undefined || account.id === accountId),
    living: (of = {}) =>
      [...accessTokens.values()].filter((token) => belongs(token, of) && lives(token, now())),
    revokeFamily(family, reason) {
      if (family.revokedAt !== undefined) return false;
      family.revokedAt = now();
      timeline.add({ type: 'family_revoked', family: family.id, reason });
      return true;
    },
    judge(token) {
      const issued = accessTokens.get(token);
      const verdict = judge(issued, claims, now());
      if (verdict.kind === 'valid' && issued?.broughtBy) issued.broughtBy.isSuperseded = true;
      return verdict;
    },
    secret: (kind) => secretOf(issued, options, kind),
    secrets: () => [...issued.secrets],
  };
}

function issueAccessToken(
  issued: Issued,
  options: TokenRegistryOptions,
  { grant, family, scopes, claims, lifeMs, broughtBy }: AccessTokenAsk,
): IssuedAccessToken {
  const now = options.now();
  const met = options.claims.metBy(claims) ?? family?.metClaims;
  if (family && met !== undefined) family.metClaims = met;
  const accessToken: IssuedAccessToken = {
    id: `token-${issued.accessTokens.size + 1}`,
    token: secretOf(issued, options, 'AT'),
    family,
    scopes,
    issuedAt: now,
    expiresAt: now + lifeMs,
    promisedUntil: now + 1000 * promisedSeconds(lifeMs),
    ...(met !== undefined && { metClaims: met }),
    ...(broughtBy && { broughtBy }),
  };
  issued.accessTokens.set(accessToken.token, accessToken);
  const about = { token: accessToken.id, ...(family && { family: family.id }) };
  options.timeline.add({ type: 'token_issued', grant, ...about, lifeMs, claims: claims !== undefined });
  return accessToken;
}

function secretOf(issued: Issued, { tokenPrefix }: TokenRegistryOptions, kind: string): string {
  const text = `${tokenPrefix}${kind}_${randomBytes(24).toString('base64url')}`;
  issued.secrets.push(text);
  return text;
}

function belongs(
  { family }: IssuedAccessToken,
  of: { accountId?: string | undefined; family?: TokenFamily | undefined },
): boolean {
  if (of.family !== undefined && of.family !== family) return false;
  return of.accountId === undefined || of.accountId === family?.account.id;
}

function lives({ revokedAt, family, expiresAt }: IssuedAccessToken, at: number): boolean {
  return revokedAt === undefined && family?.revokedAt === undefined && at < expiresAt;
}

/** Whole seconds, rounded down, and never 0: a reply promises more than a life of under a second. */
export function promisedSeconds(lifeMs: number): number {
  return Math.max(1, Math.floor(lifeMs / 1000));
}

function judge(issued: IssuedAccessToken | undefined, claims: ClaimsRequirement, at: number): Verdict {
  if (!issued) return { kind: 'unknown' };
  const token = issued.id;
  const early = at < issued.promisedUntil;
  if (at >= issued.expiresAt) return { kind: 'expired', token, early };
  if (issued.revokedAt !== undefined || issued.family?.revokedAt !== undefined) {
    return { kind: 'revoked', token, early };
  }
  const missing = claims.missing(issued.metClaims, issued.family?.account.id);
  if (missing !== undefined) return { kind: 'insufficient_claims', token, claims: missing };
  const account = issued.family?.account;
  return { kind: 'valid', token, scopes: issued.scopes, ...(account && { account }) };
}
