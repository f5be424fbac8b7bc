import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { microsoft } from '@everbearer/providers/microsoft';
import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';

/** From the environment; without a CLIENT_ID, against servers on this machine, for a few seconds. */
export async function settings() {
  const { CLIENT_ID, TENANT_ID = 'common', TOKENS } = process.env;
  if (!CLIENT_ID) return localSettings();
  const registered = { tenantId: TENANT_ID, clientId: CLIENT_ID, endpoints: undefined };
  const place = { graphUrl: 'https://graph.microsoft.com', directory: TOKENS, everyMs: 60_000 };
  const onCode = ({ message }: { message: string }) => console.log(message);
  return { ...registered, ...place, onCode, end: async () => {} };
}

async function localSettings() {
  let counted = 0;
  const server = await createAuthorizationServer({
    accessTokenLifeMs: 2_000,
    latencyMs() {
      if (counted !== 4) return 0;
      counted++;
      // A service manager ends the program, in the middle of a renewal.
      process.kill(process.pid, 'SIGTERM');
      return 500;
    },
  });
  const inbox = protectedBy(server, async (_request, response) => {
    send(response, jsonReply(200, { totalItemCount: 640, unreadItemCount: 12 }));
    if (++counted === 3) server.revokeFamily();
    else if (counted > 1) server.revokeAccessTokens();
  });
  const api = await listenOnLoopback(inbox);
  const directory = await mkdtemp(join(tmpdir(), 'mail-monitor-'));
  const onCode = ({ message, userCode }: { message: string; userCode: string }) => {
    console.log(message);
    server.approve(userCode);
  };
  const end = async () => {
    // Were the last refresh token lost, the server would refuse the one before it.
    const provider = microsoft({ ...server.microsoftOptions(), scopes: ['Mail.Read'] });
    const again = createTokenManager({ provider, backend: fileBackend({ directory }) });
    await again.renew().catch(() => undefined);
    console.log(`What the next start finds: ${(await again.status()).state}`);
    await Promise.all([again.close(), api.close(), server.close(), rm(directory, { recursive: true })]);
  };
  const place = { ...server.microsoftOptions(), graphUrl: api.url, directory, everyMs: 700 };
  return { ...place, onCode, end };
}
