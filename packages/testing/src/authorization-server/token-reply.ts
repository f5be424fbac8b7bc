import { randomUUID } from 'node:crypto';
import type { TestAccount } from './directory.ts';
import type { RefusalDetail } from './refusal.ts';
import { type IssuedAccessToken, type IssuedRefreshToken, promisedSeconds } from './token-registry.ts';

/**
 * A successful reply of the token endpoint, in the shape of Entra.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export interface TokenReply {
  /** Always `Bearer`. */
  token_type: 'Bearer';
  /** Granted scopes, without `offline_access`; only for a person. */
  scope?: string | undefined;
  /** Seconds that the access token lives. */
  expires_in: number;
  /** The same: this server extends no life. */
  ext_expires_in: number;
  /** The access token. */
  access_token: string;
  /** Only for a person who asked for `offline_access`; after a refresh only if the server rotates. */
  refresh_token?: string | undefined;
  /** Unsigned; only for a person who asked for `openid`. */
  id_token?: string | undefined;
  /** Base64url of JSON with the ids of account and tenant; only for a person. */
  client_info?: string | undefined;
}

/** What a grant issued. */
export interface IssuedTokens {
  accessToken: IssuedAccessToken;
  refreshToken?: IssuedRefreshToken | undefined;
  nonce?: string | undefined;
}

/** For a person (a family) with scope, id_token and client_info; without a family only an access token. */
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

/** Who signs the tokens. */
export interface Issuer {
  issuer: string;
  tenantId: string;
}

/** Unsigned (`alg: none`): it proves nothing. */
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
