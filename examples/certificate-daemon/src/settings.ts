import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';

/** From the environment; without a TENANT_ID, against servers on this machine. */
export async function settings() {
  const { TENANT_ID, CLIENT_ID = '', CERTIFICATE_FILE = '' } = process.env;
  if (!TENANT_ID) return localSettings();
  const apiUrl = 'https://graph.microsoft.com';
  const registered = { tenantId: TENANT_ID, clientId: CLIENT_ID, certificateFile: CERTIFICATE_FILE };
  const close = async () => {};
  return {
    ...registered,
    endpoints: undefined,
    apiUrl,
    everyMs: 60_000,
    rounds: Number.POSITIVE_INFINITY,
    [Symbol.asyncDispose]: close,
  };
}

async function localSettings() {
  const server = await createAuthorizationServer();
  let asked = 0;
  const directory = protectedBy(server, async (_request, response) => {
    send(response, jsonReply(200, { value: server.accounts.map(({ id }) => ({ id })) }));
    // What an administrator may do at any time.
    if (++asked === 2) server.revokeAccessTokens();
  });
  const api = await listenOnLoopback(directory);
  const { clientCertificate, ...registered } = server.microsoftOptions('certificate');
  const folder = await mkdtemp(join(tmpdir(), 'certificate-daemon-'));
  const certificateFile = join(folder, 'daemon.pem');
  await writeFile(certificateFile, clientCertificate.pem, { mode: 0o600 });
  const close = async () => {
    await Promise.all([api.close(), server.close(), rm(folder, { recursive: true })]);
  };
  return {
    ...registered,
    certificateFile,
    apiUrl: api.url,
    everyMs: 50,
    rounds: 4,
    [Symbol.asyncDispose]: close,
  };
}
