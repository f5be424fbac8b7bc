import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager, type TokenManager } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { toTokenCredential } from '@everbearer/providers/azure';
import { oauth2 } from '@everbearer/providers/oauth2';
import ky from 'ky';
import { callsThrough, pipelineOf } from '../azure-pipeline.ts';
import type { Login, Peer, PeerClient } from '../peer.ts';

/** What makes token managers, over a provider and a backend that all accounts share. */
export function managers({
  tokenEndpoint,
  clientId,
  scope,
  file,
}: Login): (account?: string) => TokenManager {
  const provider = oauth2({ tokenEndpoint, clientId, scopes: [scope] });
  const backend = file ? fileBackend({ directory: `${file}.everbearer` }) : memoryBackend();
  return (account) => createTokenManager({ provider, backend, ...(account && { account }) });
}

export async function signedIn(login: Login): Promise<TokenManager> {
  const tokens = managers(login)();
  if ((await tokens.status()).state === 'reauthorization_required') await tokens.signIn(login.tokens);
  return tokens;
}

export const closing = (tokens: TokenManager, client: PeerClient): PeerClient => ({
  ...client,
  close: () => tokens.close(),
});

export const everbearerFetch: Peer = {
  name: 'Everbearer, `createAuthFetch`',
  packages: [],
  maker(login) {
    const make = managers(login);
    return (account) => createAuthFetch(make(account), { origins: [login.apiUrl] });
  },
  async open(login) {
    const tokens = await signedIn(login);
    const authFetch = createAuthFetch(tokens, { origins: [login.apiUrl] });
    return closing(tokens, {
      async call(path) {
        const response = await authFetch(`${login.apiUrl}${path}`);
        await response.arrayBuffer();
        return response.status;
      },
    });
  },
};

export const everbearerKy: Peer = {
  name: 'Everbearer, `bearerAuth` in ky',
  packages: ['ky'],
  maker(login) {
    const make = managers(login);
    return (account) => ky.extend(bearerAuth(make(account), { origins: [login.apiUrl] }));
  },
  async open(login) {
    const tokens = await signedIn(login);
    const api = ky.extend({ prefix: login.apiUrl }).extend(bearerAuth(tokens, { origins: [login.apiUrl] }));
    return closing(tokens, {
      async call(path) {
        const response = await api.get(path, { throwHttpErrors: false });
        await response.arrayBuffer();
        return response.status;
      },
    });
  },
};

export const everbearerAzure: Peer = {
  name: "Everbearer, our tokens in Azure's pipeline",
  packages: ['@azure/core-rest-pipeline'],
  maker(login) {
    const make = managers(login);
    return (account) => pipelineOf(login, toTokenCredential(make(account)));
  },
  async open(login) {
    const tokens = await signedIn(login);
    return closing(tokens, callsThrough(pipelineOf(login, toTokenCredential(tokens)), login));
  },
};
