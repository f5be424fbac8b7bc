import { randomUUID } from 'node:crypto';
import type { TestAccount } from './directory.ts';
import type { RefusalDetail } from './refusal.ts';
import { type IssuedAccessToken, type IssuedRefreshToken, promisedSeconds } from './token-registry.ts';

/** A successful reply of the token endpoint, in the shape of Entra. */
export interface TokenReply {
  token_type: 'Bearer';
  scope?: string;
  expires_in: number;
  ext_expires_in: number;
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  client_info?: string;
}

export interface IssuedTokens {
  accessToken: IssuedAccessToken;
  refreshToken?: IssuedRefreshToken | undefined;
  nonce?: string | undefined;
}

/** With a family (a person) come scope, id_token and client_info; a daemon gets an access token alone. */
export function tokenReply({ accessToken, refreshToken, nonce }: IssuedTokens, issuer: Issuer): TokenReply {
  const seconds = promisedSeconds(accessToken.expiresAt - accessToken.issuedAt);
  const { family, scopes } = accessToken;
  const reply: TokenReply = {
    token_type: 'Bearer',
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: accessToken.token,
  };
  if (!family) return reply;
  return {
    ...reply,
    scope: scopes.filter((scope) => scope !== 'offline_access').join(' '),
    ...(refreshToken && { refresh_token: refreshToken.token }),
    ...(family.scopes.includes('openid') && { id_token: idToken(family, issuer, nonce) }),
    client_info: base64url({ uid: family.account.id, utid: issuer.tenantId }),
  };
}

export interface Issuer {
  issuer: string;
  tenantId: string;
}

/** Unsigned (`alg: none`): nothing here is proved by it. */
function idToken(
  { account, clientId }: { account: TestAccount; clientId: string },
  { issuer, tenantId }: Issuer,
  nonce: string | undefined,
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: clientId,
    iat: now,
    nbf: now,
    exp: now + 3600,
    tid: tenantId,
    oid: account.id,
    sub: `${account.id}.${clientId}`,
    preferred_username: account.username,
    name: account.name,
    ver: '2.0',
    ...(nonce !== undefined && { nonce }),
  };
  return `${base64url({ typ: 'JWT', alg: 'none' })}.${base64url(claims)}.`;
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** An error reply in the shape of Entra. */
export function errorReply({ error, code, text, suberror, claims }: RefusalDetail): Record<string, unknown> {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    ...(suberror !== undefined && { suberror }),
    ...(claims !== undefined && { claims }),
  };
}
