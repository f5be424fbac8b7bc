import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenManager } from '@everbearer/core';
import { type FarEnd, type FarEndOptions, startFarEnd } from '@everbearer/far-end';
import { oauth2 } from '@everbearer/providers/oauth2';
import { openStore, type Store } from './open-store.ts';
import type { WorkerConfig } from './worker-messages.ts';

/** A far end, a store, and somebody signed in there. */
export interface Scene extends AsyncDisposable {
  farEnd: FarEnd;
  config: WorkerConfig;
}

export async function setScene(
  options: FarEndOptions['authorizationServer'],
  incessant: boolean,
  given?: Store,
): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'campaign-'));
  const store = given ?? { directory };
  const farEnd = await startFarEnd({
    authorizationServer: options ?? {},
    mailApi: { messages: 1, settleMs: 50 },
  });
  const { tokenEndpoint, clientId, apiUrl, control } = farEnd;
  const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
  // There is no trouble yet: the answers of a busy machine are waited for.
  const { backend, end } = await openStore({ ...store, timeoutMs: undefined });
  const tokens = createTokenManager({ provider, backend });
  const reply = await control.signIn();
  await tokens.signIn({
    accessToken: String(reply.access_token),
    refreshToken: String(reply.refresh_token),
    expiresAt: Date.now() + Number(reply.expires_in) * 1_000,
  });
  await tokens.close();
  await end();
  return {
    farEnd,
    config: { store, tokenEndpoint, clientId, apiUrl, incessant, graceMs: options?.graceMs ?? 0 },
    async [Symbol.asyncDispose]() {
      await farEnd.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
