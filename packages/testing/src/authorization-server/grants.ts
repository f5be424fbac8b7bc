import { isPublic, type TestAccount, type TestClient } from './directory.ts';
import type { Realm } from './realm.ts';
import { judgeRedemption, redemptionRefusal } from './refresh-rotation.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import type { IssuedRefreshToken, TokenFamily } from './token-registry.ts';
import type { IssuedTokens } from './token-reply.ts';

/** A form that reached the token endpoint. Its client has proved itself. */
export interface GrantRequest {
  realm: Realm;
  client: TestClient;
  form: URLSearchParams;
}

/** Each grant checks everything that can be refused, throws a Refusal if something is, and issues tokens after that. */
export const GRANTS: Readonly<Record<string, (request: GrantRequest) => IssuedTokens>> = {
  device_code: deviceCodeGrant,
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
};

/** The grant by its short name; `other` if this server does not know it. */
export function grantName(grantType: string | null): string {
  if (grantType === 'urn:ietf:params:oauth:grant-type:device_code') return 'device_code';
  return grantType !== null && Object.hasOwn(GRANTS, grantType) ? grantType : 'other';
}

function deviceCodeGrant({ realm, client, form }: GrantRequest): IssuedTokens {
  const { account, scopes } = realm.devices.poll(form.get('device_code') ?? '', client.clientId);
  return signIn(realm, { account, clientId: client.clientId, scopes, grant: 'device_code' });
}

function authorizationCodeGrant({ realm, client, form }: GrantRequest): IssuedTokens {
  const code = realm.codes.redeem(form.get('code') ?? '', {
    clientId: client.clientId,
    redirectUri: form.get('redirect_uri') ?? '',
    verifier: form.get('code_verifier') ?? undefined,
  });
  const { account, scopes, nonce } = code;
  const claims = form.get('claims') ?? code.claims;
  const grant = 'authorization_code';
  const tokens = signIn(realm, { account, clientId: client.clientId, scopes, grant, claims });
  if (tokens.accessToken.family) code.family = tokens.accessToken.family;
  return { ...tokens, nonce };
}

function refreshTokenGrant({ realm, client, form }: GrantRequest): IssuedTokens {
  const { registry, settings, counts } = realm;
  const presented = registry.refreshToken(form.get('refresh_token') ?? '');
  if (!presented || presented.family.clientId !== client.clientId)
    throw redemptionRefusal('unknown', settings.deadTokenAnswer);
  const { family } = presented;
  const scopes = scopesOf(form.get('scope')) ?? family.scopes;
  const claims = form.get('claims') ?? undefined;
  checkAsk(realm, scopes, claims);
  if (settings.narrowingLasts && !scopes.every((scope) => family.scopes.includes(scope)))
    throw new Refusal(REFUSALS.invalidScope);
  redeem(realm, presented);
  counts.refreshes += 1;
  if (settings.narrowingLasts) family.scopes = scopes;
  if (settings.oldAccessTokenDies) endAccessTokens(realm, family);
  const { accessTokenLifeMs: lifeMs } = settings;
  const ask = { grant: 'refresh_token', family, scopes, claims, lifeMs, broughtBy: presented };
  return { accessToken: registry.issueAccessToken(ask), refreshToken: nextRefreshToken(realm, presented) };
}

/** The refresh token that comes after this one; undefined where the same one stays. */
function nextRefreshToken(
  { registry, settings }: Realm,
  presented: IssuedRefreshToken,
): IssuedRefreshToken | undefined {
  const { refreshTokenLifeMs: lifeMs, rotates, slidingWindow } = settings;
  if (!rotates) {
    if (slidingWindow) presented.expiresAt = Date.now() + lifeMs;
    return undefined;
  }
  const next = registry.issueRefreshToken(presented.family, lifeMs);
  if (!slidingWindow) next.expiresAt = presented.expiresAt;
  next.broughtBy = presented;
  presented.successor = next;
  return next;
}

function clientCredentialsGrant({ realm, client, form }: GrantRequest): IssuedTokens {
  if (isPublic(client)) throw new Refusal(REFUSALS.publicClient);
  const scopes = scopesOf(form.get('scope')) ?? [];
  const claims = form.get('claims') ?? undefined;
  checkAsk(realm, scopes, claims);
  const lifeMs = realm.settings.accessTokenLifeMs;
  return {
    accessToken: realm.registry.issueAccessToken({ grant: 'client_credentials', scopes, claims, lifeMs }),
  };
}

/**
 * Spends a refresh token by the rules of this server, and counts it.
 * @throws {Refusal} if nothing is to be issued for it
 */
function redeem(realm: Realm, presented: IssuedRefreshToken): void {
  const { settings, counts, timeline } = realm;
  const { family } = presented;
  const redemption = judgeRedemption(presented, settings, Date.now());
  if (redemption === 'reuse') {
    counts.reuses += 1;
    timeline.add({ type: 'refresh_token_reused', family: family.id });
    for (const each of endedByReplay(realm, family)) realm.revokeFamily(each, 'reuse');
  }
  if (redemption === 'graced') {
    counts.graced += 1;
    presented.replays += 1;
    timeline.add({ type: 'refresh_token_graced', family: family.id });
    if (settings.graceUntilUsed && presented.successor) presented.successor.expiresAt = Date.now();
    return;
  }
  if (redemption !== 'first') throw redemptionRefusal(redemption, settings.deadTokenAnswer);
  presented.redeemedAt = Date.now();
  family.lastRedeemed = presented;
  if (presented.broughtBy) presented.broughtBy.isSuperseded = true;
}

/** The families that end when a refresh token of this one is replayed. */
function endedByReplay({ registry, settings }: Realm, family: TokenFamily): TokenFamily[] {
  if (settings.replayEnds === 'nothing') return [];
  if (settings.replayEnds === 'session') return [family];
  return registry.families(family.account.id).filter(({ clientId }) => clientId === family.clientId);
}

/** Who signs in at which client, and how. */
export interface SignIn {
  account: TestAccount;
  clientId: string;
  scopes: readonly string[];
  grant: string;
  claims?: string | undefined;
}

/**
 * Starts a family. Only a sign-in with the scope `offline_access` brings a refresh token.
 * @throws {Refusal} if a scope is refused, or `claims` is not a JSON object
 */
export function signIn(realm: Realm, { account, clientId, scopes, grant, claims }: SignIn): IssuedTokens {
  checkAsk(realm, scopes, claims);
  const { registry, settings, counts } = realm;
  const family = registry.startFamily(account, clientId, scopes, grant);
  counts.families += 1;
  const offline = scopes.includes('offline_access');
  const lifeMs = settings.accessTokenLifeMs;
  return {
    accessToken: registry.issueAccessToken({ grant, family, scopes, claims, lifeMs }),
    refreshToken: offline ? registry.issueRefreshToken(family, settings.refreshTokenLifeMs) : undefined,
  };
}

function endAccessTokens(realm: Realm, family: TokenFamily): void {
  for (const token of realm.registry.living({ family })) token.revokedAt = Date.now();
}

function checkAsk({ settings }: Realm, scopes: readonly string[], claims: string | undefined): void {
  if (claims !== undefined && !isJsonObject(claims)) throw new Refusal(REFUSALS.malformed);
  if (scopes.some((scope) => settings.refusedScopes.includes(scope)))
    throw new Refusal(REFUSALS.consentRequired);
}

/** The scopes in a `scope` parameter; undefined if it is absent or empty. */
export function scopesOf(text: string | null): string[] | undefined {
  const scopes = (text ?? '').split(' ').filter(Boolean);
  return scopes.length > 0 ? scopes : undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
