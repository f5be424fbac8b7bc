import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';

/** Servers on this machine, somebody who has signed in, and what the platform puts into the environment of each instance. */
export async function settings() {
  const server = await createAuthorizationServer();
  const inbox = protectedBy(server, async (_request, response) =>
    send(response, jsonReply(200, { totalItemCount: 640 })),
  );
  const api = await listenOnLoopback(inbox);
  const directory = await mkdtemp(join(tmpdir(), 'frozen-function-'));
  const { issuer, clientId } = server.oauth2Options();
  const provider = oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] });
  await using signIn = createTokenManager({ provider, backend: fileBackend({ directory }) });
  await signIn.signIn({ refreshToken: server.signIn().refresh_token });
  return {
    env: { ISSUER: issuer, CLIENT_ID: clientId, API_URL: api.url, TOKENS: directory },
    revoke: () => void server.revokeAccessTokens(),
    counts: () => server.counts,
    async [Symbol.asyncDispose]() {
      await Promise.all([api.close(), server.close(), rm(directory, { recursive: true })]);
    },
  };
}
