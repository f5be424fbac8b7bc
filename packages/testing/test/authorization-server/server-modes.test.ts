import { askToken, refresh } from '@everbearer/far-end/support/token-requests';
import {
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

const DAY = 24 * 60 * 60_000;

async function serve(options: AuthorizationServerOptions) {
  const server = await createAuthorizationServer(options);
  onTestFinished(() => server.close());
  const present = async (token: string | undefined, more?: Record<string, string>) =>
    (await refresh(server, token, more)).body;
  return { server, present };
}

describe('a grace until the new tokens are used', () => {
  test('ends with the new refresh token', async () => {
    const { server, present } = await serve({ graceUntilUsed: true });
    const first = server.signIn().refresh_token;
    const lost = await present(first);
    const kept = await present(first);
    expect(kept.refresh_token).not.toBe(lost.refresh_token);
    expect((await present(lost.refresh_token)).error).toBe('invalid_grant');
    expect(server.counts).toMatchObject({ graced: 1, reuses: 0 });
    expect((await present(kept.refresh_token)).access_token).toEqual(expect.any(String));
    expect((await present(first)).error).toBe('invalid_grant');
    expect(server.counts).toMatchObject({ reuses: 1, familiesRevoked: 1 });
  });

  test('ends with the new access token, as at Doorkeeper', async () => {
    const { server, present } = await serve({ graceUntilUsed: true, replayEnds: 'nothing' });
    const first = server.signIn().refresh_token;
    const { access_token = '', refresh_token } = await present(first);
    expect(server.judge(access_token).kind).toBe('valid');
    expect((await present(first)).error).toBe('invalid_grant');
    expect((await present(refresh_token)).access_token).toEqual(expect.any(String));
  });
});

test.each([
  ['nothing', 'tokens', 'tokens'],
  ['session', 'invalid_grant', 'tokens'],
  ['every_session', 'invalid_grant', 'invalid_grant'],
] as const)(
  'a replay ends %s: its own session %s, another of that person %s',
  async (replayEnds, own, other) => {
    const { server, present } = await serve({ replayEnds });
    const [one, two, stranger] = [
      server.signIn(),
      server.signIn(),
      server.signIn({ account: 'grace@contoso.example' }),
    ];
    const newest = await present(one.refresh_token);
    expect((await present(one.refresh_token)).error).toBe('invalid_grant');
    const outcome = async (token: string | undefined) => (await present(token)).error ?? 'tokens';
    expect(await outcome(newest.refresh_token)).toBe(own);
    expect(await outcome(two.refresh_token)).toBe(other);
    expect(await outcome(stranger.refresh_token)).toBe('tokens');
  },
);

test('less scope narrows the session for good where narrowing lasts, and nowhere else', async () => {
  const scopes = ['openid', 'offline_access', 'Mail.Read', 'User.Read'];
  for (const narrowingLasts of [true, false]) {
    const { server, present } = await serve({ narrowingLasts });
    const less = await present(server.signIn({ scopes }).refresh_token, { scope: 'Mail.Read' });
    expect(less.scope).toBe('Mail.Read');
    const all = await askToken(server, {
      grant_type: 'refresh_token',
      refresh_token: less.refresh_token ?? '',
      scope: 'Mail.Read User.Read',
    });
    expect([all.status, all.body.error ?? all.body.scope]).toEqual(
      narrowingLasts ? [400, 'invalid_scope'] : [200, 'Mail.Read User.Read'],
    );
  }
});

test.each([
  [true, true, 'tokens'],
  [true, false, 'invalid_grant'],
  [false, true, 'tokens'],
  [false, false, 'invalid_grant'],
])(
  'rotates %s, life starts again %s: used three quarters of a life apart, twice: %s',
  async (rotates, slidingWindow, outcome) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { server, present } = await serve({ rotates, slidingWindow, refreshTokenLifeMs: 4 * DAY });
    let { refresh_token: token } = server.signIn();
    const use = async () => {
      vi.setSystemTime(Date.now() + 3 * DAY);
      const { error = 'tokens', refresh_token: next = token } = await present(token);
      token = next;
      return error;
    };
    expect([await use(), await use()]).toEqual(['tokens', outcome]);
  },
);

test.each([
  ['invalid_grant', '{"error":"invalid_grant"'],
  ['invalid_request', '{"error":"invalid_request"'],
  ['empty', ''],
] as const)('a dead refresh token is answered %s', async (deadTokenAnswer, begins) => {
  const { server } = await serve({ deadTokenAnswer });
  const { refresh_token } = server.signIn();
  server.revokeFamily();
  for (const token of [refresh_token ?? '', 'never-known']) {
    const form = { grant_type: 'refresh_token', client_id: server.clientId, refresh_token: token };
    const answer = await fetch(server.tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) });
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text.slice(0, begins.length)).toBe(begins);
    expect(text === '').toBe(begins === '');
  }
});
