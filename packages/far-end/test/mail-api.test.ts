import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bearerChallenge } from '@everbearer/core';
import { createMailApi, type MailApiOptions, type MailMessage } from '@everbearer/far-end/mail-api';
import { call, refresh } from '@everbearer/far-end/support/token-requests';
import {
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { expect, onTestFinished, test, vi } from 'vitest';

type MailOptions = Omit<Extract<MailApiOptions, { authorizationServer: object }>, 'authorizationServer'>;

async function farEnd(options: AuthorizationServerOptions = {}, mail: MailOptions = {}) {
  const server = await createAuthorizationServer(options);
  const api = await createMailApi({ ...mail, authorizationServer: server });
  onTestFinished(async () => {
    await Promise.all([server.close(), api.close()]);
  });
  return { server, api, inbox: `${api.url}/v1.0/me/mailFolders/inbox` };
}

interface Page {
  value: MailMessage[];
  '@odata.nextLink'?: string;
}

test('paging through the inbox finds each message once, also while new ones arrive', async () => {
  const { server, api, inbox } = await farEnd({}, { messages: 347, arrivalEveryMs: 5 });
  const token = server.signIn().access_token;
  const folder = (await (await call(inbox, token)).json()) as Record<string, number>;
  expect(folder).toMatchObject({ displayName: 'Inbox' });
  expect(folder['totalItemCount']).toBeGreaterThanOrEqual(347);
  const seen: string[] = [];
  let link: string | undefined = `${inbox}/messages?$top=50`;
  for (let pages = 0; link && pages < 20; pages++) {
    const page = (await (await call(link, token)).json()) as Page;
    seen.push(...page.value.map(({ id }) => id));
    link = page['@odata.nextLink'];
    await sleep(6);
  }
  expect(seen.length).toBeGreaterThanOrEqual(347);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.at(-1)).toBe('AAMk00000001');
  expect(api.counts.ok).toBe(api.counts.requests);
});

test('an inbox without arrivals is the same each time', async () => {
  const { server, inbox } = await farEnd();
  const token = server.signIn().access_token;
  const folder = (await (await call(inbox, token)).json()) as Record<string, number>;
  expect(folder).toMatchObject({ totalItemCount: 347, unreadItemCount: 116 });
  const all = (await (await call(`${inbox}/messages?$top=999`, token)).json()) as Page;
  expect(all.value).toHaveLength(347);
  expect(all.value.filter(({ isRead }) => !isRead)).toHaveLength(116);
  expect(all).not.toHaveProperty('@odata.nextLink');
});

test('bare requests are told so, and counted', async () => {
  const { api, inbox } = await farEnd();
  const bare = await call(inbox, undefined);
  expect(bare.status).toBe(401);
  expect(await bare.json()).toMatchObject({
    error: { code: 'InvalidAuthenticationToken', message: 'Access token is empty.' },
  });
  for (const header of ['Bearer', 'Bearer ', 'Bearer undefined', 'Basic abc']) {
    await fetch(inbox, { headers: { authorization: header } });
  }
  const unknown = await call(inbox, 'made-up');
  expect(bearerChallenge(unknown)).toEqual({ error: 'invalid_token' });
  expect(api.counts).toMatchObject({ requests: 6, bare: 5, unknown: 1, ok: 0, stale: 0 });
});

test('a token past its promised life is expired, and stale from its first use', async () => {
  const { server, api, inbox } = await farEnd({ accessTokenLifeMs: 1000 });
  const token = server.signIn().access_token;
  expect((await call(inbox, token)).status).toBe(200);
  await sleep(1010);
  expect(bearerChallenge(await call(inbox, token))).toEqual({ error: 'invalid_token' });
  expect(api.counts).toMatchObject({ ok: 1, expired: 1, stale: 1, rejectedAgain: 0, revoked: 0 });
});

test('early revocation: the first refusal could not be avoided, the next use is stale', async () => {
  const { server, api, inbox } = await farEnd();
  const { access_token: token, refresh_token: refreshToken } = server.signIn();
  server.revokeAccessTokens('ada@contoso.example');
  expect((await call(inbox, token)).status).toBe(401);
  expect(api.counts).toMatchObject({ revoked: 1, revokedFirst: 1, stale: 0 });
  await call(inbox, token);
  expect(api.counts).toMatchObject({ revoked: 2, revokedFirst: 1, rejectedAgain: 1, stale: 1 });
  expect(api.counts.rejections).toEqual({ 'token-1': 2 });
  const renewed = (await refresh(server, refreshToken)).body.access_token;
  expect((await call(inbox, renewed)).status).toBe(200);
});

test('calls on their way when a refusal leaves are not stale within `settleMs`', async () => {
  const { server, api } = await farEnd({}, { settleMs: 500 });
  const token = server.signIn().access_token;
  server.expireNow();
  const { promise: allAreThere, resolve } = Promise.withResolvers<void>();
  const calls = Array.from({ length: 8 }, () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(1)),
      pull: (controller) => allAreThere.then(() => controller.close()),
    });
    return call(`${api.url}/echo`, token, { method: 'PUT', body, duplex: 'half' } as RequestInit);
  });
  await vi.waitFor(() => expect(api.counts.requests).toBe(8), { timeout: 10_000 });
  resolve();
  await Promise.all(calls);
  expect(api.counts).toMatchObject({ revoked: 8, revokedFirst: 1, stale: 0, concurrentMax: 8 });
});

test.each(['documented', 'graph'] as const)('a claims challenge in the %s form', async (challengeForm) => {
  const { server, api, inbox } = await farEnd({}, { challengeForm });
  const token = server.signIn().access_token;
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
  server.requireClaims(claims);
  const refused = await call(inbox, token);
  expect(refused.headers.get('www-authenticate')).toContain(
    challengeForm === 'graph' ? 'authorization_uri=https://' : 'authorization_uri="https://',
  );
  expect(bearerChallenge(refused)).toEqual({ error: 'insufficient_claims', claims });
  expect(api.counts).toMatchObject({ insufficientClaims: 1, claimsFirst: 1, stale: 0 });
});

test('bodies are told by length and hash, and no secret is echoed', async () => {
  const { server, api } = await farEnd();
  const token = server.signIn().access_token;
  const body = new Uint8Array(300_000).map((_, i) => i);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const echoed = await (await call(`${api.url}/echo`, token, { method: 'PUT', body })).text();
  expect(JSON.parse(echoed)).toMatchObject({ method: 'PUT', body: { bytes: 300_000, sha256 } });
  expect(echoed).not.toContain(token);
  const sent = await call(`${api.url}/v1.0/me/sendMail`, token, { method: 'POST', body: '{}' });
  expect(sent.status).toBe(202);
  expect(await sent.json()).toMatchObject({ received: { bytes: 2 } });
  expect(api.counts.sent).toBe(1);
});

test('a script answers requests whose token is good; its 401s count as rejections', async () => {
  const { server, api } = await farEnd();
  const token = server.signIn().access_token;
  api.script({
    status: 403,
    path: '/v1.0/me',
    headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
  });
  api.script({ status: 401, path: '/echo', times: 0 });
  const get = async (path: string) => (await call(`${api.url}${path}`, token)).status;
  expect([await get('/v1.0/me'), await get('/v1.0/me'), await get('/echo'), await get('/echo')]).toEqual([
    403, 200, 401, 401,
  ]);
  expect(api.counts).toMatchObject({ scripted: 3, ok: 1, rejectedAgain: 1, rejections: { 'token-1': 2 } });
  api.clearScript();
  expect(await get('/echo')).toBe(200);
});

test('one timeline tells the story of both servers', async () => {
  const { server, api, inbox } = await farEnd();
  const token = server.signIn().access_token;
  await call(inbox, token);
  server.revokeAccessTokens();
  await call(inbox, token);
  expect(api.timeline.entries().map(({ type }) => type)).toEqual([
    'family_started',
    'token_issued',
    'token_first_used',
    'access_tokens_revoked',
    'request_rejected',
  ]);
});
