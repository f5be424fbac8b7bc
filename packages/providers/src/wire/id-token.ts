import type { TokenUser } from '@everbearer/core/contract';
import { type JsonObject, jsonObjectIn } from './json-object.ts';
import { textOf } from './token-reply.ts';

/**
 * The claims of an ID token. Its signature is not checked: it came from the token endpoint over TLS, and it only
 * names the user; nothing is granted because of it. Undefined if it is not a JWT.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export function idTokenClaims(idToken: unknown): JsonObject | undefined {
  const payload = textOf(idToken)?.split('.')[1];
  return payload === undefined ? undefined : decodedObject(payload);
}

/** The user that an OpenID Connect server names in its ID token. */
export function openIdUser(body: JsonObject): TokenUser | undefined {
  const claims = idTokenClaims(body.id_token);
  return claims && userOf(claims.sub, claims.preferred_username ?? claims.email, claims.tid);
}

/** A user, of whatever is known about them; undefined if nothing is. */
export function userOf(id: unknown, username?: unknown, tenantId?: unknown): TokenUser | undefined {
  const known = Object.entries({ id, username, tenantId }).filter(([, value]) => textOf(value) !== undefined);
  return known.length > 0 ? (Object.fromEntries(known) as TokenUser) : undefined;
}

/** The JSON object in a base64url text, or undefined. */
export function decodedObject(base64url: string): JsonObject | undefined {
  let binary: string;
  try {
    binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return jsonObjectIn(new TextDecoder().decode(bytes));
}
