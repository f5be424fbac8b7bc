import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { askToken, idClaims, postForm, refresh } from '@everbearer/far-end/support/token-requests';
import {
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { expect, onTestFinished, test } from 'vitest';

async function serve(options: AuthorizationServerOptions = {}) {
  const server = await createAuthorizationServer(options);
  onTestFinished(() => server.close());
  return server;
}

test('a device sign-in waits until a person approves, and then brings every part of the reply', async () => {
  const server = await serve();
  const started = await postForm(server.metadata.device_authorization_endpoint, {
    client_id: server.clientId,
    scope: 'openid profile offline_access Mail.Read',
  });
  const device = (await started.json()) as Record<string, string>;
  expect(device).toMatchObject({ expires_in: 900, interval: 1, user_code: expect.stringMatching(/^\w{9}$/) });
  const code = { device_code: device['device_code'] ?? '' };
  const pending = await askToken(server, { grant_type: 'device_code', ...code });
  expect(pending).toMatchObject({
    status: 400,
    body: { error: 'authorization_pending', error_codes: [70016] },
  });

  const typed = `${device['user_code']?.slice(0, 4)}-${device['user_code']?.slice(4)}`.toLowerCase();
  server.approve(typed, 'grace@contoso.example');
  const { body } = await askToken(server, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    ...code,
  });
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'openid profile Mail.Read', expires_in: 3600 });
  expect(body.refresh_token).toEqual(expect.any(String));
  expect(idClaims(body.id_token)).toMatchObject({
    iss: server.issuer,
    aud: server.clientId,
    tid: server.tenantId,
    preferred_username: 'grace@contoso.example',
    name: 'Grace',
    ver: '2.0',
  });
  expect(server.counts).toMatchObject({
    deviceCodes: 1,
    families: 1,
    refused: 0,
    byGrant: { device_code: 2 },
  });
  const again = await askToken(server, { grant_type: 'device_code', ...code });
  expect(again.body.error).toBe('bad_verification_code');
});

test('the device page approves and denies through its form, and quotes nothing unescaped', async () => {
  const server = await serve({ slowDown: true });
  const begin = async () => {
    const form = { client_id: server.clientId, scope: 'openid' };
    const reply = await postForm(server.metadata.device_authorization_endpoint, form);
    return (await reply.json()) as { user_code: string; device_code: string; verification_uri: string };
  };
  const [first, second] = [await begin(), await begin()];
  expect(server.pendingUserCodes()).toEqual([first.user_code, second.user_code]);
  const page = await (await fetch(`${first.verification_uri}?user_code="><b>`)).text();
  expect(page).toContain('<form method="post">');
  expect(page).not.toContain('"><b>');
  expect((await postForm(first.verification_uri, { user_code: 'NOSUCHONE' })).status).toBe(400);
  expect((await postForm(first.verification_uri, { user_code: first.user_code })).status).toBe(200);
  await postForm(first.verification_uri, { user_code: second.user_code, answer: 'deny' });
  const poll = async (code: string) =>
    (await askToken(server, { grant_type: 'device_code', device_code: code })).body;
  expect((await poll(second.device_code)).error).toBe('authorization_declined');
  expect((await poll(second.device_code)).error).toBe('slow_down');
  expect((await poll(first.device_code)).access_token).toEqual(expect.any(String));
});

test('a code with its verifier becomes tokens, once', async () => {
  const server = await serve();
  const verifier = 'v'.repeat(43);
  const redirectUri = 'http://localhost:8000/callback';
  const query = new URLSearchParams({
    client_id: server.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid offline_access',
    state: 'the state',
    nonce: 'the nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = await fetch(`${server.metadata.authorization_endpoint}?${query}`, { redirect: 'manual' });
  const back = new URL(page.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('the state');
  const form = {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
  };
  const wrong = await askToken(server, { ...form, code_verifier: 'w'.repeat(43) });
  expect(wrong.body).toMatchObject({ error: 'invalid_grant', error_codes: [501481] });
  const { body } = await askToken(server, { ...form, code_verifier: verifier });
  expect(idClaims(body.id_token)).toMatchObject({ nonce: 'the nonce' });
  const replay = await askToken(server, { ...form, code_verifier: verifier });
  expect(replay.body.error_codes).toEqual([54005]);
  expect(server.judge(body.access_token ?? '').kind, 'a replayed code ends what came of it').toBe('revoked');
});

test('a daemon proves itself by post or basic, and gets an access token alone', async () => {
  const server = await serve();
  const { clientId = '', clientSecret = '' } = server.daemon ?? {};
  const form = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };
  const posted = await askToken(server, { ...form, client_id: clientId, client_secret: clientSecret });
  expect(Object.keys(posted.body).sort()).toEqual([
    'access_token',
    'expires_in',
    'ext_expires_in',
    'token_type',
  ]);
  const basic = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };
  expect((await postForm(server.tokenEndpoint, form, basic)).status).toBe(200);
  const wrong = await askToken(server, { ...form, client_id: clientId, client_secret: 'guess' });
  expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [7000215] } });
  expect((await askToken(server, { ...form, client_id: clientId })).body.error_codes).toEqual([7000218]);
  expect((await askToken(server, form)).body.error).toBe('unauthorized_client');
});

test('a refresh rotates; a second use of the old token ends the whole family', async () => {
  const server = await serve();
  const first = server.signIn();
  const second = (await refresh(server, first.refresh_token)).body;
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const reuse = await refresh(server, first.refresh_token);
  expect(reuse).toMatchObject({ status: 400, body: { error: 'invalid_grant', suberror: 'bad_token' } });
  expect(reuse.body.error_description).toMatch(
    /^AADSTS50173: .+ Trace ID: \S+ Correlation ID: \S+ Timestamp: /,
  );
  expect((await refresh(server, second.refresh_token)).body.error).toBe('invalid_grant');
  expect(server.judge(second.access_token ?? '').kind).toBe('revoked');
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 1, refused: 2, familiesRevoked: 1 });
});

test('within the grace a replay brings a sibling; after it the family ends', async () => {
  const server = await serve({ graceMs: 150 });
  const { refresh_token: old } = server.signIn();
  await refresh(server, old);
  const sibling = (await refresh(server, old)).body;
  expect((await refresh(server, sibling.refresh_token)).status).toBe(200);
  await sleep(160);
  expect((await refresh(server, old)).body.error).toBe('invalid_grant');
  expect(server.counts).toMatchObject({ refreshes: 3, graced: 1, reuses: 1 });
});

test('`previousOnly` forgives one lost reply and not two', async () => {
  const server = await serve({ graceMs: 10_000, previousOnly: true });
  const { refresh_token: old } = server.signIn();
  const replies = [await refresh(server, old), await refresh(server, old), await refresh(server, old)];
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 400]);
  expect(server.counts).toMatchObject({ graced: 1, reuses: 1 });
});

test('a server that does not rotate keeps the refresh token; old access tokens may die', async () => {
  const server = await serve({ rotates: false, oldAccessTokenDies: true });
  const first = server.signIn();
  const { body } = await refresh(server, first.refresh_token);
  expect(body).not.toHaveProperty('refresh_token');
  expect((await refresh(server, first.refresh_token)).status).toBe(200);
  expect(server.judge(first.access_token).kind).toBe('revoked');
});

test('a refused scope spends nothing', async () => {
  const server = await serve({ refusedScopes: ['Files.Read'] });
  const { refresh_token: token } = server.signIn();
  const refused = await refresh(server, token, { scope: 'Files.Read' });
  expect(refused.body).toMatchObject({ error: 'invalid_grant', suberror: 'consent_required' });
  expect((await refresh(server, token)).status).toBe(200);
});

test('claims demanded are met by a token that was issued for them, and by its successors', async () => {
  const server = await serve();
  const { access_token: before, refresh_token: token } = server.signIn();
  server.requireClaims();
  const verdict = server.judge(before);
  if (verdict.kind !== 'insufficient_claims') throw new Error(`the verdict was ${verdict.kind}`);
  const plain = (await refresh(server, token)).body;
  expect(server.judge(plain.access_token ?? '').kind).toBe('insufficient_claims');
  const demanded = JSON.parse(verdict.claims) as { access_token: object };
  const merged = { access_token: { ...demanded.access_token, xms_cc: { values: ['CP1'] } } };
  const met = (await refresh(server, plain.refresh_token, { claims: JSON.stringify(merged) })).body;
  expect(server.judge(met.access_token ?? '').kind).toBe('valid');
  const later = (await refresh(server, met.refresh_token)).body;
  expect(server.judge(later.access_token ?? '').kind).toBe('valid');
  server.liftClaims();
  expect(server.judge(plain.access_token ?? '').kind, 'nothing is demanded any more').toBe('valid');
});

test('revocation: 200 for an unknown token, and a refresh token takes its family along', async () => {
  const server = await serve();
  const tokens = server.signIn();
  const revoke = (token = '') =>
    postForm(server.metadata.revocation_endpoint, { client_id: server.clientId, token });
  expect((await revoke('unknown')).status).toBe(200);
  expect((await revoke(tokens.refresh_token)).status).toBe(200);
  expect(server.judge(tokens.access_token).kind).toBe('revoked');
  expect(server.counts).toMatchObject({ revocations: 2, familiesRevoked: 1 });
});

test('every secret bears the prefix, and none of them is in the timeline', async () => {
  const server = await serve({ tokenPrefix: 'CANARY-' });
  await refresh(server, server.signIn().refresh_token);
  expect(server.secrets()).toHaveLength(4);
  for (const secret of server.secrets()) expect(secret).toMatch(/^CANARY-/);
  expect(JSON.stringify(server.timeline.entries())).not.toContain('CANARY-');
  expect(server.timeline.entries().map(({ type }) => type)).toEqual([
    'family_started',
    'token_issued',
    'token_issued',
  ]);
});

test('what makes no sense is refused in the form of Entra', async () => {
  const server = await serve();
  expect((await askToken(server, { grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
  const unknownClient = await askToken(server, { client_id: 'nobody', grant_type: 'refresh_token' });
  expect(unknownClient.body).toMatchObject({ error: 'unauthorized_client', error_codes: [700016] });
  const json = await fetch(server.tokenEndpoint, { method: 'POST', body: '{}' });
  expect(((await json.json()) as { error: string }).error).toBe('invalid_request');
  expect((await fetch(`${server.url}/elsewhere/v2.0/.well-known/openid-configuration`)).status).toBe(400);
  const document = await fetch(`${server.issuer}/.well-known/openid-configuration`);
  expect(await document.json()).toEqual(server.metadata);
});

test('the answer to a sign-in in a browser names its issuer, or an error, as it is told to', async () => {
  const server = await serve();
  const answer = async () => {
    const url = new URL(server.metadata.authorization_endpoint);
    url.search = String(
      new URLSearchParams({
        response_type: 'code',
        client_id: server.clientId,
        redirect_uri: 'http://127.0.0.1:1/callback',
        state: 'state-1',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      }),
    );
    const { headers } = await fetch(url, { redirect: 'manual' });
    return Object.fromEntries(new URL(headers.get('location') ?? '').searchParams);
  };
  expect(await answer()).toEqual({ state: 'state-1', code: expect.any(String) });
  expect(server.metadata).not.toHaveProperty('authorization_response_iss_parameter_supported');
  server.configure({ namesIssuer: true });
  expect(await answer()).toEqual({ state: 'state-1', code: expect.any(String), iss: server.issuer });
  expect(server.metadata['authorization_response_iss_parameter_supported']).toBe(true);
  server.configure({ signInError: 'access_denied' });
  expect(await answer()).toEqual({ state: 'state-1', error: 'access_denied', iss: server.issuer });
});

test.each([
  ['grace', { grace: 5_000 }],
  ['accounts[].mail', { accounts: [{ id: '1', username: 'ada', name: 'Ada', mail: 'ada@contoso.example' }] }],
  ['clients[].secret', { clients: [{ clientId: '1', secret: 'x' }] }],
  ['slowDown', { slowDown: 'yes' }],
  ['options', null],
])('an option that is not known, or wrong, is named: %s', async (option, options) => {
  const starting = createAuthorizationServer(options as AuthorizationServerOptions);
  await expect(starting).rejects.toMatchObject({ code: 'configuration', option });
});

test('settings and sign-ins name what they do not know, and nothing is changed', async () => {
  const server = await serve();
  const changes = { accessTokenLifeMs: 1_000, rotate: false };
  expect(() => server.configure(changes)).toThrow('Did you mean `rotates`?');
  expect(server.signIn().expires_in).toBe(3_600);
  expect(() => server.signIn({ username: 'ada@contoso.example' } as object)).toThrow('`username`');
});

test.each<[string, unknown]>([
  ['options', null],
  ['rotates', { rotates: 'x' }],
  ['graceMs', { graceMs: Number.NaN }],
  ['graceMs', { graceMs: -1 }],
  ['latencyMs', { latencyMs: '5' }],
  ['refusedScopes', { refusedScopes: 'Mail.Read' }],
  ['namesIssuer', { namesIssuer: 'yes' }],
  ['signInError', { signInError: true }],
])('a setting that is wrong is named, and nothing is changed: %s', async (option, changes) => {
  const server = await serve();
  const both = changes && { accessTokenLifeMs: 1_000, ...changes };
  const refusal = expect.objectContaining({ code: 'configuration', option });
  expect(() => server.configure(both as object)).toThrow(refusal);
  expect(server.signIn().expires_in).toBe(3_600);
});

test('a sign-in of null is refused by name', async () => {
  const server = await serve();
  const refusal = expect.objectContaining({ code: 'configuration', option: 'options' });
  expect(() => server.signIn(null as never)).toThrow(refusal);
});
