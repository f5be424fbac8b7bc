import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { ConfigurationError, createTokenManager, ReauthorizationRequiredError } from '@everbearer/core';
import type { ProviderProfile } from '@everbearer/core/contract';
import {
  type OAuth2Options,
  oauth2,
  type ProfileName,
  profiles,
  refusals,
} from '@everbearer/providers/oauth2';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { describe, expect, type TestContext, test } from 'vitest';
import { captured } from '../support/captured-error.ts';

const DAY = 24 * 60 * 60_000;
const SCOPES = ['openid', 'offline_access', 'Mail.Read', 'User.Read'];

/** How the servers speak of a dead refresh token that do not say `invalid_grant`, and what understands them. */
const SPEECH: Partial<
  Record<ProfileName, Pick<AuthorizationServerOptions, 'deadTokenAnswer'> & Pick<OAuth2Options, 'refusal'>>
> = {
  glewlwyd: { deadTokenAnswer: 'empty', refusal: refusals.glewlwyd },
  lemonldapNg: { deadTokenAnswer: 'invalid_request', refusal: refusals.lemonldapNg },
  jmondiOAuth2Server: { deadTokenAnswer: 'invalid_request' },
};

/** A row, and whether its server rotates; where that is a setting of the operator's, both. */
const ROWS = (Object.entries(profiles) as [ProfileName, ProviderProfile][]).flatMap(([name, profile]) =>
  profile.rotates === 'unknown'
    ? ([
        [name, true],
        [name, false],
      ] as const)
    : ([[name, profile.rotates]] as const),
);

/** The server, set as the profile says of it. */
function serverOf(name: ProfileName, rotates: boolean): Promise<AuthorizationServer> {
  const profile = profiles[name];
  return createAuthorizationServer({
    rotates,
    graceMs: profile.graceMs,
    graceUntilUsed: profile.graceUntilUsed,
    replayEnds: profile.replayEnds,
    oldAccessTokenDies: profile.oldAccessTokenDies,
    narrowingLasts: profile.narrowingLasts,
    slidingWindow: profile.slidingWindow,
    refreshTokenLifeMs: profile.refreshTokenLifetimeMs ?? 90 * DAY,
    deadTokenAnswer: SPEECH[name]?.deadTokenAnswer,
  });
}

// Beside one another, because most of it is waiting.
describe.concurrent.each(ROWS)('%s, whose server rotates: %s', (name, rotates) => {
  const profile = profiles[name];

  /** A server set as the row says, and two managers on one directory, as two processes would have them. */
  async function scene({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
    const server = await serverOf(name, rotates);
    const directory = await mkdtemp(join(tmpdir(), 'profile-'));
    const { issuer, clientId } = server;
    const provider = oauth2({ issuer, clientId, scopes: SCOPES, profile, refusal: SPEECH[name]?.refusal });
    const manager = () => createTokenManager({ provider, backend: fileBackend({ directory }) });
    const [one, two] = [manager(), manager()];
    onTestFinished(async () => {
      await Promise.all([one.close(), two.close(), server.close()]);
      await rm(directory, { recursive: true, force: true });
    });
    const reply = server.signIn({ scopes: SCOPES });
    await one.signIn({
      accessToken: reply.access_token,
      refreshToken: reply.refresh_token,
      expiresAt: Date.now() + reply.expires_in * 1_000,
    });
    return { server, one, two };
  }

  test('two that want a newer token at once, three times: one request each time, and never a replay', async (context) => {
    const { server, one, two } = await scene(context);
    await two.getToken();
    for (let time = 1; time <= 3; time++) {
      const [a, b] = await Promise.all([one.renew(), two.renew()]);
      expect(a.token).toBe(b.token);
      expect(server.judge(a.token).kind).toBe('valid');
      expect(server.counts).toMatchObject({ refreshes: time, graced: 0, reuses: 0, familiesRevoked: 0 });
    }
  });

  test('a reply that is lost costs the session only where nothing forgives that the refresh token comes again', async (context) => {
    const { server, one } = await scene(context);
    server.script({ kind: 'reset', processed: true });
    const outcome = await one.renew().then(
      ({ token }) => server.judge(token).kind,
      (error: unknown) => (error as ReauthorizationRequiredError).code,
    );
    const forgives = !rotates || profile.graceMs > 0 || profile.graceUntilUsed;
    expect(outcome).toBe(forgives ? 'valid' : 'ambiguous_rotation');
    const replayEndsIt = !forgives && profile.replayEnds !== 'nothing';
    expect(server.counts.familiesRevoked).toBe(replayEndsIt ? 1 : 0);
  });

  test('a token for less leaves the token for all as it was, or is not asked for', async (context) => {
    const { server, one } = await scene(context);
    const less = await captured(one.getToken({ scopes: ['Mail.Read'] }).then(() => Promise.reject(NONE)));
    if (profile.narrowingLasts) {
      expect(less).toBeInstanceOf(ConfigurationError);
      expect(server.counts.tokenRequests).toBe(0);
    } else expect(less).toBe(NONE);
    const { token } = await one.renew();
    const verdict = server.judge(token);
    expect(verdict.kind === 'valid' && verdict.scopes).toEqual(SCOPES);
  });

  test('a session that the server ended is named so by one request', async (context) => {
    const { server, one } = await scene(context);
    server.revokeFamily();
    const error = await captured(one.renew());
    expect(error).toBeInstanceOf(ReauthorizationRequiredError);
    expect(error).toMatchObject({ code: 'revoked' });
    expect(server.counts.tokenRequests).toBe(1);
  });
});

/** Stands for no error. */
const NONE = new Error('none');
