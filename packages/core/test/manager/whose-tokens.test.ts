import { createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE } from '@everbearer/core/contract';
import { expect, test } from 'vitest';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

test('tokens of the application never pass for those of a person, even where both providers have one id', async () => {
  const server = strictServer();
  const { backend } = sharedStore();
  const { id } = server.provider;
  const acquire = async () => ({ accessToken: 'at-of-the-application' });
  const application = { id, profile: STRICT_PROFILE, scopes: ['read'], acquire };
  await using itself = createTokenManager({ provider: application, backend });
  expect((await itself.getToken()).token).toBe('at-of-the-application');
  await using person = createTokenManager({ provider: server.provider, backend });
  await expect(person.getToken()).rejects.toMatchObject({ code: 'no_credential' });
  await person.signIn(server.signIn());
  expect((await person.getToken()).token).toBe('at-2');
  expect((await itself.getToken()).token).toBe('at-of-the-application');
  await person.signOut();
  expect((await itself.renew()).token).toBe('at-of-the-application');
});
