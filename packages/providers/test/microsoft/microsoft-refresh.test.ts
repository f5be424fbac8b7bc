import { gzipSync } from 'node:zlib';
import { microsoft } from '@everbearer/providers/microsoft';
import { expect, test } from 'vitest';
import { refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { closedPort, idToken, tokenServer } from '../support/token-server.ts';

const tenantId = '11111111-2222-3333-4444-555555555555';
const REFRESH_TOKEN = 'rt-canary-1';
const credential = { refreshToken: REFRESH_TOKEN };

const TOKENS = {
  token_type: 'Bearer',
  scope: 'Mail.Read openid',
  expires_in: 3599,
  ext_expires_in: 3599,
  refresh_in: 1800,
  refresh_token_expires_in: 86_400,
  access_token: 'at-1',
  refresh_token: 'rt-2',
  id_token: idToken({ oid: 'oid-1', sub: 'sub-1', tid: tenantId, preferred_username: 'ada@example.com' }),
  client_info: Buffer.from(JSON.stringify({ uid: 'oid-1', utid: tenantId })).toString('base64url'),
};

async function entra(...answers: Parameters<typeof tokenServer>) {
  const server = await tokenServer(...answers);
  const provider = microsoft({
    tenantId,
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    endpoints: { token: `${server.url}/${tenantId}/oauth2/v2.0/token` },
  });
  return { server, provider, refresh: (changes = {}) => provider.refresh(credential, context(changes)) };
}

test('redeems the refresh token through msal-node and returns what the raw reply says', async () => {
  const { server, refresh } = await entra({ body: TOKENS });
  const before = Date.now();
  const tokens = await refresh();
  expect(tokens).toMatchObject({
    accessToken: 'at-1',
    tokenType: 'Bearer',
    refreshToken: 'rt-2',
    scopes: ['Mail.Read', 'openid'],
    idToken: TOKENS.id_token,
    user: { id: 'oid-1', username: 'ada@example.com', tenantId },
  });
  expect(tokens.expiresAt).toBeGreaterThanOrEqual(before + 3_599_000);
  expect(tokens.expiresAt).toBeLessThanOrEqual(Date.now() + 3_599_000);
  expect(Number(tokens.renewAt) - Number(tokens.expiresAt)).toBe(-1_799_000);
  expect(Number(tokens.refreshTokenExpiresAt) - Number(tokens.expiresAt)).toBe(86_400_000 - 3_599_000);

  expect(server.requests).toHaveLength(1);
  const { method, path, form, headers } = server.last;
  expect(method).toBe('POST');
  expect(path).toMatch(`/${tenantId}/oauth2/v2.0/token`);
  expect(headers['content-type']).toMatch('application/x-www-form-urlencoded');
  expect(form.get('grant_type')).toBe('refresh_token');
  expect(form.get('refresh_token')).toBe(REFRESH_TOKEN);
  expect(form.get('client_id')).toBe('client-1');
  expect(form.get('scope')?.split(' ')).toContain('Mail.Read');
  expect(form.get('x-client-SKU')).toBe('msal.js.node');
  expect(JSON.parse(form.get('claims') ?? '').access_token.xms_cc).toEqual({ values: ['CP1'] });
});

test('every call goes to the server: nothing is cached between them', async () => {
  const { server, refresh } = await entra({ body: TOKENS });
  await refresh();
  await refresh();
  expect(server.requests).toHaveLength(2);
});

test('a claims challenge is sent, together with the capability to understand one', async () => {
  const { server, refresh } = await entra({ body: TOKENS });
  await refresh({ claims: '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}' });
  expect(JSON.parse(server.last.form.get('claims') ?? '')).toMatchObject({
    access_token: { nbf: { essential: true, value: '1700000000' }, xms_cc: { values: ['CP1'] } },
  });
});

test('a claims challenge that is no JSON object is not sent', async () => {
  const { server, refresh } = await entra({ body: TOKENS });
  for (const claims of ['not json', '[1]', '"text"']) {
    expect(await refusal(refresh({ claims }))).toMatchObject({ code: 'invalid_request' });
  }
  expect(server.requests).toHaveLength(0);
});

test('the reply of a failure is not remembered: the next request is sent', async () => {
  const unavailable = { error: 'temporarily_unavailable', error_description: 'AADSTS90033: later.' };
  const { server, refresh } = await entra({ status: 503, body: unavailable }, { body: TOKENS });
  await refusal(refresh());
  await expect(refresh()).resolves.toMatchObject({ accessToken: 'at-1' });
  expect(server.requests).toHaveLength(2);
});

test('a redirect is not followed', async () => {
  const elsewhere = await tokenServer({ body: TOKENS });
  const { refresh } = await entra({ status: 307, headers: { location: `${elsewhere.url}/token` } });
  expect(await refusal(refresh(), REFRESH_TOKEN)).toMatchObject({ code: 'invalid_response', status: 307 });
  expect(elsewhere.requests).toHaveLength(0);
});

test('a reply over 1 MiB is not read, also when it is small on the wire', async () => {
  const long = JSON.stringify({ ...TOKENS, access_token: 'x'.repeat(1_100_000) });
  const { refresh } = await entra(
    { body: long },
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(long) },
  );
  for (const _ of ['plain', 'gzip']) {
    expect(await refusal(refresh())).toMatchObject({ code: 'invalid_response', status: 200, sent: true });
  }
});

test('a server that does not answer is left when the signal says so', async () => {
  const { refresh } = await entra('hang');
  const startedAt = performance.now();
  const error = await refusal(refresh({ signal: AbortSignal.timeout(60) }), REFRESH_TOKEN);
  expect(error).toMatchObject({ code: 'timeout', sent: true });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('an aborted signal sends nothing', async () => {
  const { server, refresh } = await entra({ body: TOKENS });
  expect(await refusal(refresh({ signal: AbortSignal.abort() }))).toMatchObject({
    code: 'timeout',
    sent: false,
  });
  expect(server.requests).toHaveLength(0);
});

test('a refused connection is known not to have carried the request', async () => {
  const url = await closedPort();
  const provider = microsoft({
    tenantId,
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    endpoints: { token: `${url}/${tenantId}/oauth2/v2.0/token` },
  });
  const error = await refusal(provider.refresh(credential, context()), REFRESH_TOKEN);
  expect(error).toMatchObject({ code: 'network', sent: false });
});
