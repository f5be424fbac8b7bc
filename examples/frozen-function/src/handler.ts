import { AsyncLocalStorage } from 'node:async_hooks';
import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';

/** What the platform gives each call besides the request. */
export interface Context {
  /** Keeps the instance awake until the work is done. */
  waitUntil(work: Promise<unknown>): void;
}

const { ISSUER = '', CLIENT_ID = '', API_URL = '', TOKENS = '' } = process.env;
const contexts = new AsyncLocalStorage<Context>();

/** One for each instance, made when it starts; what it holds may be hours old when the instance wakes up. */
const tokens = createTokenManager({
  provider: oauth2({ issuer: ISSUER, clientId: CLIENT_ID, scopes: ['Mail.Read', 'offline_access'] }),
  // All instances share it. On a real platform: Redis, or a table.
  backend: fileBackend({ directory: TOKENS }),
  // What goes on behind a call, such as storing a new refresh token, is done before the instance freezes.
  background: (work) => contexts.getStore()?.waitUntil(work),
});
const authFetch = createAuthFetch(tokens, { origins: [API_URL] });

/** The function itself. */
export function handler(context: Context): Promise<{ status: number; body: unknown }> {
  return contexts.run(context, async () => {
    const response = await authFetch(`${API_URL}/v1.0/me/mailFolders/inbox`);
    return { status: response.status, body: await response.json() };
  });
}
