import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager, type TokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenBackend } from '@everbearer/core/contract';

export const ORIGIN = 'https://api.example.com';
export const HEADER = { authorization: `Bearer ${'a'.repeat(1_500)}` };

/** A manager that holds a good token of usual length, and how often its store was asked. */
export async function holding(): Promise<{ tokens: TokenManager; io(): number }> {
  const store = memoryBackend();
  let io = 0;
  const backend: TokenBackend = {
    ...store,
    load(key) {
      io++;
      return store.load(key);
    },
  };
  const tokens = createTokenManager({
    provider: {
      id: 'bench',
      profile: STRICT_PROFILE,
      scopes: ['read'],
      refresh: () => Promise.reject(new Error('Nothing is renewed here.')),
    },
    backend,
    // No look at the store now and then: what is timed is a token in hand.
    timing: { recheckMs: 3_600_000 },
  });
  await tokens.signIn({
    accessToken: 'a'.repeat(1_500),
    refreshToken: 'r',
    expiresAt: Date.now() + 3_600_000,
  });
  await tokens.getToken();
  return { tokens, io: () => io };
}
