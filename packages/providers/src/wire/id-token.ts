import type { TokenUser } from '@everbearer/core/contract';
import { textOf } from './token-reply.ts';

/**
 * The claims of an ID token, without a check of its signature: it came straight from the token endpoint over
 * TLS, and it serves to name the account, never to grant anything. Undefined when it is not a JWT.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function idTokenClaims(idToken: unknown): Readonly<Record<string, unknown>> | undefined {
  const payload = textOf(idToken)?.split('.')[1];
  return payload === undefined ? undefined : decodedObject(payload);
}

/** The account that an OpenID Connect server names in its ID token. */
export function openIdAccount(body: Readonly<Record<string, unknown>>): TokenUser | undefined {
  const claims = idTokenClaims(body.id_token);
  return claims && accountOf(claims.sub, claims.preferred_username ?? claims.email, claims.tid);
}

/** An account of what is known of it; undefined when nothing is. */
export function accountOf(id: unknown, username?: unknown, tenantId?: unknown): TokenUser | undefined {
  const account: TokenUser = {
    ...(textOf(id) !== undefined && { id: textOf(id) as string }),
    ...(textOf(username) !== undefined && { username: textOf(username) as string }),
    ...(textOf(tenantId) !== undefined && { tenantId: textOf(tenantId) as string }),
  };
  return Object.keys(account).length > 0 ? account : undefined;
}

/** The JSON object in a base64url text, or undefined. */
export function decodedObject(base64url: string): Record<string, unknown> | undefined {
  try {
    const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
