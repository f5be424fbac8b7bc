import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { expect, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { at, REFRESH_TOKEN } from '../support/oauth2-fixture.ts';
import { tokenServer } from '../support/token-server.ts';

const GITHUB = { error: 'bad_refresh_token', error_description: 'It is incorrect or expired.' };
const GOOGLE = { error: 'invalid_grant', error_subtype: 'invalid_rapt', error_description: 'reauth related' };

/** Core decides by the words of the RFCs; what the server itself said can still be read. */
test.each([
  ['GitHub', 200, GITHUB, 'revoked', 'It is incorrect or expired (in its own words bad_refresh_token)'],
  ['GitHub', 400, GITHUB, 'revoked', 'It is incorrect or expired (in its own words bad_refresh_token)'],
  [
    'Google',
    400,
    GOOGLE,
    'interaction_required',
    'reauth related (in its own words invalid_grant, invalid_rapt)',
  ],
])('%s with status %s: a person must act', async (_, status, body, code, description) => {
  const server = await tokenServer({ status, body });
  const manager = createTokenManager({ provider: at(server), backend: memoryBackend() });
  await manager.signIn({ refreshToken: REFRESH_TOKEN });
  const error = await captured(manager.getToken());
  expect(error).toMatchObject({ code, cause: { description } });
  expect(server.requests).toHaveLength(1);
  expect(manager.state).toBe('reauthorization_required');
  await manager.close();
});
