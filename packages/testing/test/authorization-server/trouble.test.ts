import { postForm, refresh } from '@everbearer/far-end/support/token-requests';
import {
  type AuthorizationServer,
  createAuthorizationServer,
  type Trouble,
} from '@everbearer/testing/authorization-server';
import { expect, onTestFinished, test } from 'vitest';

async function signedIn() {
  const server = await createAuthorizationServer();
  onTestFinished(() => server.close());
  return { server, token: server.signIn().refresh_token ?? '' };
}

const raw = (server: AuthorizationServer, token: string, init: RequestInit = {}) =>
  fetch(server.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: server.clientId,
      grant_type: 'refresh_token',
      refresh_token: token,
    }),
    ...init,
  });

test('503 with Retry-After, in seconds and as a date, and then the grant', async () => {
  const { server, token } = await signedIn();
  server.script(
    { kind: 'unavailable', retryAfterSeconds: 7 },
    { kind: 'unavailable', status: 429, retryAfterSeconds: 60, asDate: true },
  );
  const first = await refresh(server, token);
  expect(first).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  expect(first.headers.get('retry-after')).toBe('7');
  const second = await refresh(server, token);
  expect(second.status).toBe(429);
  const until = Date.parse(second.headers.get('retry-after') ?? '') - Date.now();
  expect(until).toBeGreaterThan(50_000);
  expect((await refresh(server, token)).status).toBe(200);
  expect(server.counts).toMatchObject({ tokenRequests: 3, troubled: 2, refreshes: 1, reuses: 0 });
});

const answers: [Trouble, number, string][] = [
  [{ kind: 'server_error' }, 500, '{"message":'],
  [{ kind: 'html' }, 502, '<html>'],
  [{ kind: 'empty' }, 200, '{}'],
  [{ kind: 'error', error: 'interaction_required', code: 50076, claims: '{"a":1}' }, 400, '"claims":"{'],
  [{ kind: 'error', error: 'invalid_client', status: 401 }, 401, '"error":"invalid_client"'],
  [{ kind: 'reply', status: 418, body: 'anything' }, 418, 'anything'],
];

test.each(answers)('%j answers %i and spends nothing', async (trouble, status, part) => {
  const { server, token } = await signedIn();
  server.script(trouble);
  const response = await raw(server, token);
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(part);
  expect((await refresh(server, token)).status).toBe(200);
});

test('a lost reply: rotated, and nobody got it', async () => {
  const { server, token } = await signedIn();
  server.script({ kind: 'reset', processed: true });
  await expect(raw(server, token)).rejects.toThrow();
  expect(server.counts).toMatchObject({ refreshes: 1, reuses: 0 });
  expect((await refresh(server, token)).body.error).toBe('invalid_grant');
  expect(server.counts).toMatchObject({ reuses: 1, familiesRevoked: 1 });
});

test('a connection reset before the work was done costs nothing', async () => {
  const { server, token } = await signedIn();
  server.script({ kind: 'reset' });
  await expect(raw(server, token)).rejects.toThrow();
  expect((await refresh(server, token)).status).toBe(200);
});

test('half of the JSON arrives, after the work was done', async () => {
  const { server, token } = await signedIn();
  server.script({ kind: 'truncated' });
  await expect(refresh(server, token)).rejects.toThrow(SyntaxError);
  expect(server.counts.refreshes).toBe(1);
});

test('an error reply may follow a spent refresh token', async () => {
  const { server, token } = await signedIn();
  server.script({ kind: 'error', error: 'invalid_target', spends: true });
  expect((await refresh(server, token)).body.error).toBe('invalid_target');
  expect((await refresh(server, token)).body.error).toBe('invalid_grant');
  expect(server.counts.reuses).toBe(1);
});

test('a hanging request ends with the client, or answers late', async () => {
  const { server, token } = await signedIn();
  server.script({ kind: 'hang' }, { kind: 'hang', ms: 60 });
  await expect(raw(server, token, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  const before = performance.now();
  expect((await refresh(server, token)).status).toBe(200);
  expect(performance.now() - before).toBeGreaterThan(50);
});

test('a trouble may wait for its grant, and one may let a request pass', async () => {
  const { server, token } = await signedIn();
  server.script(
    { kind: 'html', grant: 'revocation' },
    { kind: 'pass' },
    { kind: 'empty', grant: 'refresh_token' },
  );
  const renewed = await refresh(server, token);
  expect(renewed.status).toBe(200);
  const revoke = () =>
    postForm(server.metadata.revocation_endpoint, { client_id: server.clientId, token: 'x' });
  expect((await revoke()).status).toBe(502);
  expect((await revoke()).status).toBe(200);
  expect((await refresh(server, renewed.body.refresh_token)).body).toEqual({});
});

test('requests in hand at one moment are counted, also those that were given up', async () => {
  const { server, token } = await signedIn();
  server.configure({ latencyMs: 30 });
  await Promise.allSettled([raw(server, token), raw(server, token), raw(server, token)]);
  await raw(server, token);
  expect(server.counts).toMatchObject({ concurrentMax: 3, refreshes: 1, reuses: 3 });
});

test.each([
  ['kind', { kind: 'unavailible' }],
  ['retryAfter', { kind: 'unavailable', retryAfter: 5 }],
  ['ms', { kind: 'reset', ms: 5 }],
  ['grant', { kind: 'empty', grant: 'refresh' }],
  ['grant', { kind: 'empty', grant: null }],
  ['ms', { kind: 'hang', ms: '5' }],
  ['error', { kind: 'error' }],
  ['headers', { kind: 'reply', status: 200, body: '', headers: null }],
  ['trouble', null],
])(
  'a trouble with something unknown or wrong is refused, and so are those beside it: %s',
  async (option, trouble) => {
    const { server, token } = await signedIn();
    const script = () => server.script({ kind: 'empty' }, trouble as Trouble);
    expect(script).toThrow(expect.objectContaining({ code: 'configuration', option }));
    expect((await refresh(server, token)).status).toBe(200);
  },
);
