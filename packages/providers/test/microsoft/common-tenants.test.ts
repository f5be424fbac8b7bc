import { memoryBackend } from '@everbearer/backends/memory';
import { createAccounts } from '@everbearer/core';
import { entraAccount, entraErrorOf, microsoft } from '@everbearer/providers/microsoft';
import { deviceCode } from '@everbearer/providers/sign-in';
import { expect, test } from 'vitest';
import { refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { idToken, type TokenServer, tokenServer } from '../support/token-server.ts';

const STARTED = {
  device_code: 'dc-1',
  user_code: 'ABCD',
  verification_uri: 'https://microsoft.com/devicelogin',
  expires_in: 900,
  interval: 1,
};
/** The tenant of all personal accounts. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

const appAt = (server: TokenServer, tenantId = 'common') =>
  microsoft({
    tenantId,
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    endpoints: {
      token: `${server.url}/${tenantId}/token`,
      deviceCode: `${server.url}/${tenantId}/devicecode`,
    },
  });

const PEOPLE = [
  { oid: 'ann', tid: 'contoso-id' },
  { oid: 'bob', tid: 'fabrikam-id' },
  { oid: 'cat', tid: CONSUMERS },
  // The same person as the first, invited to another tenant.
  { oid: 'ann-as-guest', tid: 'fabrikam-id' },
];

test('people of any tenant sign in at one application, each with an account of their own', {
  timeout: 20_000,
}, async () => {
  const server = await tokenServer();
  const provider = appAt(server);
  const accounts = createAccounts({ provider, backend: memoryBackend() });
  for (const { oid, tid } of PEOPLE) {
    const tokens = {
      token_type: 'Bearer',
      access_token: `at-${oid}`,
      refresh_token: `rt-${oid}`,
      expires_in: 3600,
    };
    server.answer(
      { body: STARTED },
      { body: { ...tokens, id_token: idToken({ oid, tid, preferred_username: 'ann@contoso.com' }) } },
    );
    const received = await deviceCode(provider, { onCode: () => undefined });
    expect(received.user).toEqual({ id: oid, tenantId: tid, username: 'ann@contoso.com' });
    await accounts.for(entraAccount(received.user)).signIn(received);
  }
  server.answer(({ form }) => ({
    body: { token_type: 'Bearer', access_token: `new-${form.get('refresh_token')}`, expires_in: 3600 },
  }));
  for (const person of PEOPLE) {
    const manager = accounts.for(entraAccount(person));
    expect((await manager.getToken()).token).toBe(`at-${person.oid}`);
    expect((await manager.renew()).token).toBe(`new-rt-${person.oid}`);
    expect(server.last.path).toMatch(/^\/common\/token/);
  }
  await accounts.close();
});

test.each([
  [50020, 'admin', 'invite it as a guest, or give the `tenantId` it belongs to'],
  [50194, 'configuration', "give its id as `tenantId` in place of 'common'"],
  [9002332, 'configuration', "give 'organizations' or a tenant as `tenantId`"],
])('AADSTS%i: whom an application lets in is said in the first error', async (number, kind, remedy) => {
  const body = {
    error: 'invalid_grant',
    error_codes: [number],
    error_description: `AADSTS${number}: Words.`,
  };
  const server = await tokenServer({ status: 400, body });
  const error = await refusal(appAt(server).refresh({ refreshToken: 'rt-1' }, context()));
  expect(entraErrorOf(error)?.kind).toBe(kind);
  expect(error.message).toContain(remedy);
});
