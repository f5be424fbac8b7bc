import { createTokenManager, seedFrom, TokenEndpointError, type TokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenBackend, type TokenProvider } from '@everbearer/core/contract';

/** An authorization server in memory whose tokens tell which refresh token they descend from. */
export function lineageProvider(rotates: boolean): { provider: TokenProvider; redeemed: string[] } {
  const redeemed: string[] = [];
  const provider: TokenProvider = {
    id: 'https://as.example client',
    profile: { ...STRICT_PROFILE, rotates, graceMs: rotates ? 0 : Number.POSITIVE_INFINITY },
    scopes: ['read'],
    async refresh({ refreshToken }) {
      const [origin = '', count = '0'] = refreshToken.split('~');
      if (origin === 'dead' || (rotates && redeemed.includes(refreshToken))) {
        throw new TokenEndpointError({ code: 'invalid_grant', status: 400 });
      }
      redeemed.push(refreshToken);
      const expiresAt = Date.now() + 3_600_000;
      const accessToken = `${origin}-at-${redeemed.length}`;
      return rotates
        ? { accessToken, expiresAt, refreshToken: `${origin}~${Number(count) + 1}` }
        : { accessToken, expiresAt };
    },
  };
  return { provider, redeemed };
}

/** The sign-in that the next request's token descends from, or the code of the error. */
export async function originOf(manager: TokenManager): Promise<string> {
  try {
    return (await manager.getToken()).token.replace(/-at-\d+$/, '');
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

export function managerOf(provider: TokenProvider, backend: TokenBackend, seed?: TokenBackend): TokenManager {
  const place = backend.capabilities.writable ? backend : seedFrom(backend);
  return createTokenManager({
    provider,
    backend: place,
    seed: seed && seedFrom(seed),
    timing: { recheckMs: 200 },
  });
}
