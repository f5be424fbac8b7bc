import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenSet } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { volatileBackend } from '../../src/contract/volatile-backend.ts';

/* A provider of the user's own hands on what its server sent, past the types. */

const endsInSeconds = { accessToken: 'at-1', expiresAt: Math.floor(Date.now() / 1000) + 3600 };

test.each<[string, object, string]>([
  ['in snake_case', { access_token: 'at-1', expires_in: 3600 }, 'must be named `accessToken`'],
  ['in snake_case, which is read by', { access_token: 'at-1' }, '`readTokens()`'],
  ['with its end in seconds', endsInSeconds, '`expiresAt` in milliseconds'],
])('what it returns %s is named at the first ask', async (_name, returned, words) => {
  let asked = 0;
  const provider = {
    id: 'own',
    profile: STRICT_PROFILE,
    scopes: [],
    async refresh() {
      asked++;
      return { ...returned, refreshToken: 'rt-2' } as TokenSet;
    },
  };
  const manager = createTokenManager({ provider, backend: volatileBackend() });
  await manager.signIn({ refreshToken: 'rt-1' });
  const error = await manager.getToken().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'TokenEndpointError', code: 'invalid_response' });
  expect((error as Error).message).toContain(words);
  expect(asked).toBe(1);
  await manager.close();
});
