import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { beginSignIn, finishSignIn } from '@everbearer/providers/sign-in';
import { expect, onTestFinished, test } from 'vitest';
import { realServer, signInThere } from '../support/real-server.ts';

/* Tokens bound to a key, at oidc-provider, which wants a nonce in each proof. */

const REDIRECT = 'https://app.example.com/callback';
const CLIENT = { client_id: 'web', client_secret: 'a-secret', redirect_uris: [REDIRECT] };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'dpop-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a session: signed in with, used, renewed by several managers of one store, and revoked', async () => {
  const dPoP = { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true };
  const { issuer } = await realServer(CLIENT, { dPoP, userinfo: { enabled: true } });
  const clientAuthentication = { method: 'client_secret_basic', clientSecret: CLIENT.client_secret } as const;
  const scopes = ['openid', 'offline_access', 'email'];
  const newProvider = () => oauth2({ issuer, clientId: 'web', clientAuthentication, scopes, dpop: true });
  const provider = newProvider();
  const { url, pending } = await beginSignIn(provider, { redirectUri: REDIRECT });
  const tokens = await finishSignIn(provider, await signInThere(url, REDIRECT, 'ada'), pending);

  const directory = folder();
  const managers = [1, 2, 3].map(() =>
    createTokenManager({ provider: newProvider(), backend: fileBackend({ directory }) }),
  );
  const [first] = managers;
  await first?.signIn(tokens);
  for (let round = 0; round < 3; round++) {
    await Promise.all(managers.map((manager) => manager.renew()));
    const answers = managers.flatMap((manager) => {
      const fetch = createAuthFetch(manager, { origins: [issuer] });
      return [1, 2, 3].map(async () => (await fetch(`${issuer}/me`)).json());
    });
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ sub: 'ada' });
  }
  const stolen = await first?.getToken();
  const bare = await fetch(`${issuer}/me`, { headers: { authorization: `DPoP ${stolen?.token}` } });
  expect(bare.status).toBe(400);

  await first?.signOut({ revoke: true });
  for (const manager of managers) {
    expect((await manager.status()).state).toBe('signed_out');
    await manager.close();
  }
  const again = createTokenManager({
    provider: newProvider(),
    backend: fileBackend({ directory: folder() }),
  });
  await again.signIn({ refreshToken: tokens.refreshToken, dpopKey: tokens.dpopKey });
  expect(await again.getToken().catch((error: unknown) => error)).toMatchObject({
    name: 'ReauthorizationRequiredError',
  });
  await again.close();
});
