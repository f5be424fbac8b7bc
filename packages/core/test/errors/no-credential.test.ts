import { ReauthorizationRequiredError } from '@everbearer/core';
import { expect, test } from 'vitest';

test('without a refresh token: what a new sign-in alone would not change is named', () => {
  const { message } = new ReauthorizationRequiredError({ code: 'no_credential' });
  // A sign-in without the scope, and a provider with another client, server or key than the one that signed in.
  expect(message).toContain('offline_access');
  expect(message).toContain('this provider');
});
