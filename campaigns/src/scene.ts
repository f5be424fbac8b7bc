import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { type FarEnd, type FarEndOptions, startFarEnd } from '@everbearer/testing/far-end';
import type { WorkerConfig } from './worker-messages.ts';

/** A far end, a directory, and somebody signed in there. */
export interface Scene extends AsyncDisposable {
  farEnd: FarEnd;
  config: WorkerConfig;
}

export async function setScene(
  options: FarEndOptions['authorizationServer'],
  incessant: boolean,
): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'campaign-'));
  const farEnd = await startFarEnd({
    authorizationServer: options ?? {},
    mailApi: { messages: 1, settleMs: 50 },
  });
  const { tokenEndpoint, clientId, apiUrl, control } = farEnd;
  const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
  const tokens = createTokenManager({ provider, backend: fileBackend({ directory }) });
  const reply = await control.signIn();
  await tokens.signIn({
    accessToken: String(reply.access_token),
    refreshToken: String(reply.refresh_token),
    expiresAt: Date.now() + Number(reply.expires_in) * 1_000,
  });
  await tokens.close();
  return {
    farEnd,
    config: { directory, tokenEndpoint, clientId, apiUrl, incessant },
    async [Symbol.asyncDispose]() {
      await farEnd.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
