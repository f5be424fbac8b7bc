import { ReauthorizationRequiredError } from '@everbearer/core';
import { expect, test } from 'vitest';

test('without a refresh token: what a new sign-in alone would not change is named', () => {
  const { message } = new ReauthorizationRequiredError({ code: 'no_credential' });

  expect(message).toContain('offline_access');
});
