import { TokenEndpointError } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider, type TokenSet } from '@everbearer/core/contract';
import type { AuthorizationServer } from '@everbearer/testing/authorization-server';

/** A provider for a server on loopback, as small as one can be: the refresh token grant over `fetch`. */
export function localProvider(server: AuthorizationServer): TokenProvider {
  return {
    id: `${server.issuer} ${server.clientId}`,
    profile: { ...STRICT_PROFILE, rotates: true },
    scopes: ['Mail.Read'],
    async refresh({ refreshToken }, { signal }) {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: server.clientId,
        refresh_token: refreshToken,
      });
      const response = await fetch(server.tokenEndpoint, { method: 'POST', body, signal });
      const reply = (await response.json()) as Record<string, unknown>;
      if (response.ok) return tokenSetOf(reply);
      throw new TokenEndpointError({ code: String(reply['error']), status: response.status });
    },
  };
}

/** What a token response of that server holds. */
export function tokenSetOf(reply: object): TokenSet {
  const { access_token, refresh_token, expires_in } = reply as Record<string, unknown>;
  return {
    accessToken: String(access_token),
    refreshToken: String(refresh_token),
    expiresAt: Date.now() + Number(expires_in) * 1_000,
  };
}
