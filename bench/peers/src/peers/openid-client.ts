import {
  allowInsecureRequests,
  Configuration,
  fetchProtectedResource,
  None,
  refreshTokenGrant,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { handWrittenTokens, tokensOf } from '../hand-written-tokens.ts';
import type { Login, Peer, Tokens } from '../peer.ts';
import { readTokens } from '../token-file.ts';

/** It speaks the protocol; when to speak is left to the program, so the careful holder of tokens is behind it. */
export const openidClient: Peer = {
  name: 'openid-client, careful code around it',
  packages: ['openid-client'],
  maker(login) {
    const config = configuration(login);
    return () => holder(login, login.tokens, config);
  },
  async open(login) {
    const config = configuration(login);
    const held = holder(login, await readTokens(login), config);
    async function send(path: string, rejected?: string): Promise<number> {
      const token = await held.token(rejected);
      try {
        const response = await fetchProtectedResource(config, token, new URL(path, login.apiUrl), 'GET');
        await response.arrayBuffer();
        // Challenges that do not follow the grammar come as an answer, the others as an error.
        return response.status === 401 ? await again(path, token, rejected) : response.status;
      } catch (error) {
        if (!(error instanceof WWWAuthenticateChallengeError) || error.status !== 401) throw error;
        await error.response.arrayBuffer();
        return await again(path, token, rejected);
      }
    }
    async function again(path: string, token: string, rejected: string | undefined): Promise<number> {
      return rejected === undefined ? await send(path, token) : 401;
    }
    return { call: (path) => send(path) };
  },
};

function holder(login: Login, first: Tokens, config: Configuration) {
  return handWrittenTokens(login, first, async ({ scope }, refreshToken) =>
    tokensOf(await refreshTokenGrant(config, refreshToken, { scope }), refreshToken),
  );
}

function configuration({ issuer, tokenEndpoint, clientId }: Login): Configuration {
  const config = new Configuration({ issuer, token_endpoint: tokenEndpoint }, clientId, undefined, None());
  allowInsecureRequests(config);
  return config;
}
