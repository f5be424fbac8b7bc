import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';

/** From the environment; without an ISSUER, the store of a program that has just signed in at a server on this machine. */
export async function settings() {
  const { ISSUER, CLIENT_ID = '', TOKENS = '' } = process.env;
  if (!ISSUER) return localSettings();
  const close = async () => {};
  return { issuer: ISSUER, clientId: CLIENT_ID, directory: TOKENS, [Symbol.asyncDispose]: close };
}

async function localSettings() {
  const server = await createAuthorizationServer();
  const directory = await mkdtemp(join(tmpdir(), 'nagios-check-'));
  const provider = oauth2({ ...server.oauth2Options(), scopes: ['Mail.Read', 'offline_access'] });
  await using program = createTokenManager({ provider, backend: fileBackend({ directory }) });
  await program.signIn({ refreshToken: server.signIn().refresh_token });
  await program.getToken();
  const close = async () => {
    await Promise.all([server.close(), rm(directory, { recursive: true })]);
  };
  return { ...server.oauth2Options(), directory, [Symbol.asyncDispose]: close };
}
