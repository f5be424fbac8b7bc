import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';
import type { Login, Peer, Tokens } from '../peer.ts';
import { readTokens, writeTokens } from '../token-file.ts';

/** The fetch wrapper of its readme, with stored tokens. */
export const badgateway: Peer = {
  name: '@badgateway/oauth2-client',
  packages: ['@badgateway/oauth2-client'],
  maker: (login) => () => wrapper(login),
  async open(login) {
    const oauth2 = wrapper(login);
    return {
      async call(path) {
        const response = await oauth2.fetch(`${login.apiUrl}${path}`);
        await response.arrayBuffer();
        return response.status;
      },
    };
  },
};

function wrapper(login: Login): OAuth2Fetch {
  const { tokenEndpoint, clientId } = login;
  return new OAuth2Fetch({
    client: new OAuth2Client({ server: login.issuer, tokenEndpoint, clientId }),
    getNewToken: () => null,
    getStoredToken: () => readTokens(login),
    storeToken: (token) => void writeTokens(login, token as Tokens),
  });
}
