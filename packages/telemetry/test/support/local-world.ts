import { memoryBackend } from '@everbearer/backends/memory';
import {
  type Accounts,
  type AuthEventListener,
  createAccounts,
  createAuthFetch,
  createTokenManager,
  type TokenManager,
  type TokenManagerOptions,
} from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { oauth2 } from '@everbearer/providers/oauth2';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';

/** An authorization server on loopback, and managers over it that share a store. */
export interface LocalWorld extends AsyncDisposable {
  server: AuthorizationServer;
  backend: TokenBackend;
  open(onEvent: AuthEventListener, more?: Partial<TokenManagerOptions>): TokenManager;
  openAccounts(onEvent: AuthEventListener): Accounts;
  signIn(tokens: TokenManager): Promise<void>;
  /** A fetch whose answers have these statuses, then 200. */
  fetchFor(tokens: TokenManager, onEvent: AuthEventListener, statuses: number[]): typeof fetch;
}

export const API = 'https://api.example';

export async function localWorld(): Promise<LocalWorld> {
  const server = await createAuthorizationServer();
  const backend = memoryBackend();
  const opened: { close(): Promise<void> }[] = [];
  const { issuer, clientId } = server;
  const provider = () => oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] });
  return {
    server,
    backend,
    open(onEvent, more = {}) {
      const tokens = createTokenManager({ provider: provider(), backend, onEvent, ...more });
      opened.push(tokens);
      return tokens;
    },
    openAccounts(onEvent) {
      const accounts = createAccounts({ provider: provider(), backend, onEvent });
      opened.push(accounts);
      return accounts;
    },
    async signIn(tokens) {
      const { refresh_token: refreshToken } = server.signIn();
      await tokens.signIn({ refreshToken });
    },
    fetchFor: (tokens, onEvent, statuses) =>
      createAuthFetch(tokens, {
        origins: [API],
        onEvent,
        fetch: async () => new Response(null, { status: statuses.shift() ?? 200 }),
      }) as typeof fetch,
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((tokens) => tokens.close()));
      await server.close();
    },
  };
}
