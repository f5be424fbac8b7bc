import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager, type TokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { createTokenDouble } from '@everbearer/testing/doubles';
import { expect, test } from 'vitest';

/* What the double of `@everbearer/testing` does in a situation is what a token manager does in it. */

const ORIGIN = 'https://api.example.com';

interface Subject {
  tokens: TokenManager;
  fetch: typeof fetch;
  /** The token in hand has ended. */
  expire(): void | Promise<void>;
  /** The API refuses the token in hand. */
  revoke(): void;
  /** The session has ended at the server. */
  end(): void;
  fail(fault: 'invalid_client' | 'invalid_scope' | 'unavailable'): void;
}

function double(): Subject {
  const tokens = createTokenDouble({ account: 'ada' });
  return {
    tokens,
    fetch: tokens.api(),
    expire: tokens.expire,
    revoke: tokens.revoke,
    end: tokens.requireSignIn,
    fail: (fault) => tokens.failRenewals(fault),
  };
}

async function real(server: AuthorizationServer): Promise<Subject> {
  const { issuer, clientId } = server;
  const provider = oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] });
  const timing = { maxWaitMs: 1 };
  const tokens = createTokenManager({
    provider,
    backend: memoryBackend(),
    account: 'ada',
    timing,
    background: false,
  });
  const { access_token: accessToken, refresh_token: refreshToken } = server.signIn();
  await tokens.signIn({ accessToken, refreshToken, expiresAt: Date.now() + 3_600_000 });
  return {
    tokens,
    // An API that knows which tokens are good.
    fetch: async (_url, init) => {
      const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? '';
      const status = server.judge(token).kind === 'valid' ? 200 : 401;
      return new Response('{}', { status, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    },
    // As if its life were over: the same refresh token with an access token that has ended.
    expire: () => tokens.signIn({ accessToken, refreshToken, expiresAt: Date.now() - 1 }),
    revoke: () => void server.revokeAccessTokens(),
    end: () => void server.revokeFamily(),
    fail(fault) {
      if (fault === 'unavailable') server.script({ kind: 'unavailable', status: 503, retryAfterSeconds: 30 });
      else if (fault === 'invalid_client') server.script({ kind: 'error', error: fault, status: 401 });
      else server.script({ kind: 'error', error: fault, status: 400 });
    },
  };
}

/** What a program can see of an error. */
async function told(work: () => Promise<unknown>): Promise<unknown> {
  const error = await work().then(
    () => undefined,
    (thrown: Error & { code: string; retryable: boolean; status?: number }) => thrown,
  );
  return error && [error.name, error.code, error.retryable, error.status];
}

type Situation = (subject: Subject) => Promise<unknown>;

const calls = (subject: Subject) =>
  createAuthFetch(subject.tokens, { origins: [ORIGIN], fetch: subject.fetch });

const SITUATIONS: Record<string, Situation> = {
  'a token in hand': async (subject) => [(await calls(subject)(ORIGIN)).status, subject.tokens.state],
  'a token that has ended': async (subject) => {
    await subject.expire();
    const before = subject.tokens.state;
    const { status } = await calls(subject)(ORIGIN);
    return [before, subject.tokens.peek() !== undefined, status, (await subject.tokens.status()).renewals];
  },
  'a token that the API refuses once': async (subject) => {
    subject.revoke();
    const fetch = calls(subject);
    const { status } = await fetch(ORIGIN, { method: 'POST', body: 'x' });
    return [status, (await fetch(ORIGIN)).status, (await subject.tokens.status()).renewals];
  },
  'a token that the API refuses again and again': async (subject) => {
    const fetch = createAuthFetch(subject.tokens, {
      origins: [ORIGIN],
      fetch: async () => new Response('{}', { status: 401 }),
    });
    const statuses = [await fetch(ORIGIN), await fetch(ORIGIN)].map(({ status }) => status);
    return [statuses, (await subject.tokens.status()).renewals];
  },
  'a token that was renewed a moment ago and is rejected': async ({ tokens }) => {
    const { token } = await tokens.getToken({ rejected: (await tokens.getToken()).token });
    return told(() => tokens.getToken({ rejected: token }));
  },
  'a session that has ended': async (subject) => {
    await subject.expire();
    subject.end();
    const first = await told(() => calls(subject)(ORIGIN));
    const { state, reason } = await subject.tokens.status();
    return [first, await told(() => subject.tokens.getToken()), state, reason, subject.tokens.peek()];
  },
  'a client that is refused': failing('invalid_client'),
  'a scope that is refused': failing('invalid_scope'),
  'a server that asks to wait': failing('unavailable'),
  'a sign-out': async ({ tokens }) => {
    await tokens.signOut();
    const { state, reason, session, signedInAt, renewals } = await tokens.status();
    return [await told(() => tokens.getToken()), state, reason, session, signedInAt, renewals];
  },
  'a sign-in without a refresh token': async ({ tokens }) => {
    await tokens.signOut();
    await tokens.signIn({ accessToken: 'only', expiresAt: Date.now() + 60_000 });
    const { state, session, renewals } = await tokens.status();
    const renewed = await told(() => tokens.renew());
    return [renewed, (await tokens.getToken()).token, state, session, renewals, tokens.state];
  },
  'a sign-in with a token that has ended': async ({ tokens }) =>
    told(() => tokens.signIn({ accessToken: 'ended', expiresAt: Date.now() - 1 })),
  'a sign-in without tokens': async ({ tokens }) => [await told(() => tokens.signIn({})), tokens.state],
  'an ask that nobody understands': ({ tokens }) => told(() => tokens.getToken({ scope: 'a' } as never)),
  'an ask by a caller who has left': async (subject) => {
    await subject.expire();
    return told(() => subject.tokens.getToken({ signal: AbortSignal.abort(new TypeError('left')) }));
  },
  'a manager that was closed': async ({ tokens }) => {
    await tokens.close();
    return [
      await told(() => tokens.getToken()),
      await told(() => tokens.renew()),
      tokens.state,
      tokens.peek(),
    ];
  },
  'what a status is made of': async ({ tokens }) => {
    await tokens.renew();
    const status = await tokens.status();
    const { account, state, guarantee, renewals, renewing, unsaved, lease, lastFailure, notBefore } = status;
    const kinds = Object.entries(status.session ?? {}).map(([name, value]) => [name, typeof value]);
    return [
      Object.keys(status),
      { account, state, guarantee, renewals, renewing, unsaved, lease, lastFailure, notBefore },
      kinds.slice(0, 3),
    ];
  },
};

function failing(fault: Parameters<Subject['fail']>[0]): Situation {
  return async (subject) => {
    await subject.expire();
    subject.fail(fault);
    const error = await told(() => calls(subject)(ORIGIN));
    const { state, lastFailure } = await subject.tokens.status();
    return [error, state, lastFailure?.code, lastFailure?.status, lastFailure?.asked];
  };
}

test.each(Object.entries(SITUATIONS))('%s', async (_name, situation) => {
  await using server = await createAuthorizationServer();
  const [expected, seen] = [await situation(await real(server)), await situation(double())];
  expect(seen).toEqual(expected);
});
