import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';

/** From the environment; without an ISSUER, against servers on this machine. */
export async function settings() {
  const { ISSUER, CLIENT_ID = '', API_URL = '', SECRET_FILE = '', TOKENS = '' } = process.env;
  if (!ISSUER) return localSettings();
  const mounted = { secretFile: SECRET_FILE, directory: TOKENS };
  const close = async () => {};
  return { issuer: ISSUER, clientId: CLIENT_ID, apiUrl: API_URL, ...mounted, [Symbol.asyncDispose]: close };
}

async function localSettings() {
  const server = await createAuthorizationServer();
  const inbox = protectedBy(server, async (_request, response) =>
    send(response, jsonReply(200, { totalItemCount: 640 })),
  );
  const api = await listenOnLoopback(inbox);
  const folder = await mkdtemp(join(tmpdir(), 'cron-job-'));
  const secretFile = join(folder, 'refresh-token');
  await writeFile(secretFile, server.signIn().refresh_token ?? '', { mode: 0o400 });
  const close = async () => {
    await Promise.all([api.close(), server.close(), rm(folder, { recursive: true })]);
  };
  const mounted = { secretFile, directory: join(folder, 'tokens') };
  return { ...server.oauth2Options(), apiUrl: api.url, ...mounted, [Symbol.asyncDispose]: close };
}
