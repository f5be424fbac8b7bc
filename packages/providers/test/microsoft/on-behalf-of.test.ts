import { memoryBackend } from '@everbearer/backends/memory';
import { createAccounts, TokenEndpointError } from '@everbearer/core';
import {
  ClaimsChallengeError,
  type EntraIdentity,
  entraAccount,
  type MicrosoftOptions,
  microsoft,
  type OnBehalfOfOptions,
} from '@everbearer/providers/microsoft';
import { expect, test } from 'vitest';
import { captured, expectNoSecret } from '../support/captured-error.ts';
import { idToken, type TokenServer, tokenServer } from '../support/token-server.ts';

const ASSERTION = 'eyJhbGciOiJSUzI1NiJ9.dXNlci1jYW5hcnktMQ.c2lnbmF0dXJl';
const tid = '11111111-2222-3333-4444-555555555555';

const apiAt = (server: TokenServer, options: Partial<MicrosoftOptions> = {}) =>
  microsoft({
    tenantId: tid,
    clientId: 'api-1',
    clientSecret: 'secret-canary-1',
    scopes: ['https://graph.microsoft.com/Mail.Read'],
    endpoints: { token: `${server.url}/token` },
    ...options,
    grant: undefined,
  });

const tokensFor = (oid: string, life = 3600) => ({
  token_type: 'Bearer',
  access_token: `at-of-${oid}`,
  refresh_token: `rt-of-${oid}`,
  id_token: idToken({ oid, tid, preferred_username: `${oid}@contoso.com` }),
  expires_in: life,
});

test('the token that the API was called with is exchanged, and a refresh token asked for', async () => {
  const server = await tokenServer({ body: tokensFor('ann') });
  const tokens = await apiAt(server).onBehalfOf({ userAssertion: ASSERTION });
  expect(tokens).toMatchObject({
    accessToken: 'at-of-ann',
    refreshToken: 'rt-of-ann',
    user: { id: 'ann', tenantId: tid },
  });
  const form = Object.fromEntries(server.last.form);
  expect(form).toMatchObject({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    assertion: ASSERTION,
    client_id: 'api-1',
    client_secret: 'secret-canary-1',
  });
  expect(form.scope?.split(' ').sort()).toEqual(
    ['https://graph.microsoft.com/Mail.Read', 'offline_access', 'openid', 'profile'].sort(),
  );
});

test('each user has a record of their own, which lives on without another assertion', async () => {
  const server = await tokenServer(({ form }) => ({
    body: tokensFor(form.get('assertion') ?? form.get('refresh_token')?.slice('rt-of-'.length) ?? ''),
  }));
  const provider = apiAt(server);
  const accounts = createAccounts({ provider, backend: memoryBackend() });
  for (const oid of ['ann', 'bob']) {
    const tokens = await provider.onBehalfOf({ userAssertion: oid });
    await accounts.for(entraAccount({ oid, tid })).signIn(tokens);
  }
  for (const oid of ['ann', 'bob', 'ann']) {
    const manager = accounts.for(entraAccount({ oid, tid }));
    expect((await manager.getToken()).token).toBe(`at-of-${oid}`);
    expect((await manager.renew()).token).toBe(`at-of-${oid}`);
  }
  const assertions = server.requests.filter(({ form }) => form.has('assertion'));
  expect(assertions).toHaveLength(2);
  await accounts.close();
});

test('what Entra wants of the user goes back to the caller of the API', async () => {
  const claims = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}';
  const server = await tokenServer({
    status: 400,
    body: {
      error: 'interaction_required',
      error_codes: [50079],
      error_description: `AADSTS50079: register ${ASSERTION}`,
      suberror: 'basic_action',
      claims,
    },
  });
  const error = await captured(apiAt(server).onBehalfOf({ userAssertion: ASSERTION }));
  expect(error).toBeInstanceOf(ClaimsChallengeError);
  expect(error).toBeInstanceOf(TokenEndpointError);
  expect(error).toMatchObject({ code: 'interaction_required', status: 400, claims });
  expectNoSecret(error, ASSERTION, 'dXNlci1jYW5hcnktMQ');
});

test.each([
  ['no claims', undefined],
  ['claims that are no JSON', 'level-2'],
  ['claims that are no text', { access_token: {} }],
])('a refusal with %s is a plain one', async (_name, claims) => {
  const body = { error: 'invalid_grant', error_codes: [500133], claims };
  const server = await tokenServer({ status: 400, body });
  const error = await captured(apiAt(server).onBehalfOf({ userAssertion: ASSERTION }));
  expect(error).toBeInstanceOf(TokenEndpointError);
  expect(error).not.toBeInstanceOf(ClaimsChallengeError);
  expect((error as TokenEndpointError).description).toContain('get a new token of the user');
});

test('a claims challenge of the other API goes through, with what this client can do', async () => {
  const server = await tokenServer({ body: tokensFor('ann') });
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
  await apiAt(server).onBehalfOf({ userAssertion: ASSERTION, claims });
  expect(JSON.parse(server.last.form.get('claims') ?? '')).toMatchObject({
    access_token: { nbf: { value: '1700000000' }, xms_cc: { values: ['CP1'] } },
  });
});

test.each<[string, unknown, Partial<MicrosoftOptions>]>([
  ['options', undefined, {}],
  ['userAssertion', {}, {}],
  ['userAssertion', { userAssertion: '' }, {}],
  ['userAssertion', { userAssertion: `Bearer ${ASSERTION}` }, {}],
  ['claims', { userAssertion: ASSERTION, claims: btoa('{"access_token":{}}') }, {}],
  ['assertion', { assertion: 'x', userAssertion: ASSERTION }, {}],
  ['clientSecret', { userAssertion: ASSERTION }, { clientSecret: undefined }],
])('names %s, and sends nothing', async (option, options, settings) => {
  const server = await tokenServer({ body: tokensFor('ann') });
  const error = await captured(apiAt(server, settings).onBehalfOf(options as OnBehalfOfOptions));
  expect(error).toMatchObject({ name: 'ConfigurationError', option });
  expectNoSecret(error, ASSERTION);
  expect(server.requests).toHaveLength(0);
});

test('an abort ends it with its own reason', async () => {
  const server = await tokenServer('hang');
  const controller = new AbortController();
  const work = captured(apiAt(server).onBehalfOf({ userAssertion: ASSERTION, signal: controller.signal }));
  setTimeout(() => controller.abort(new Error('enough')), 50);
  expect(await work).toMatchObject({ message: 'enough' });
});

test('an account is named by object id and tenant, whoever says it', () => {
  expect(entraAccount({ oid: 'ANN', tid })).toBe(`ann.${tid}`);
  expect(entraAccount({ id: 'ann', tenantId: tid })).toBe(`ann.${tid}`);
  // A guest is another account in each tenant.
  expect(entraAccount({ oid: 'ann-as-guest', tid: 'other' })).not.toBe(entraAccount({ oid: 'ann', tid }));
});

test.each<[string, unknown]>([
  ['oid', undefined],
  ['oid', { tid, sub: 'pairwise' }],
  ['oid', { oid: 'ann@contoso.com', tid }],
  ['tid', { oid: 'ann' }],
  ['tid', { oid: 'ann', tid: '' }],
  ['tid', { id: 'ann' }],
])('an account without %s has no name', (option, identity) => {
  const name = () => entraAccount(identity as EntraIdentity);
  expect(name).toThrow(expect.objectContaining({ option }));
});
