import { ClientAuthentication, OAuth2Client } from 'google-auth-library';
import { LEEWAY_MS } from '../hand-written-tokens.ts';
import type { Login, Peer } from '../peer.ts';
import { readTokens, writeTokens } from '../token-file.ts';

/** Its OAuth2Client at another server, with the renewal after a 401 that it has as an option, and tokens saved as they come. */
export const google: Peer = {
  name: 'google-auth-library',
  packages: ['google-auth-library'],
  maker: (login) => () => oauth2Client(login),
  async open(login) {
    const client = oauth2Client(login);
    const { accessToken, refreshToken, expiresAt } = await readTokens(login);
    client.setCredentials({ access_token: accessToken, refresh_token: refreshToken, expiry_date: expiresAt });
    client.on('tokens', ({ access_token, refresh_token, expiry_date }) => {
      if (!access_token || !expiry_date) return;
      // Given back at once, or it goes on with the refresh token that was redeemed.
      const newest = refresh_token ?? client.credentials.refresh_token ?? refreshToken;
      client.setCredentials({ access_token, refresh_token: newest, expiry_date });
      void writeTokens(login, { accessToken: access_token, refreshToken: newest, expiresAt: expiry_date });
    });
    return {
      async call(path) {
        const response = await client.request({
          url: `${login.apiUrl}${path}`,
          responseType: 'text',
          validateStatus: (status) => status !== 401,
        });
        return response.status;
      },
    };
  },
};

function oauth2Client({ tokenEndpoint, clientId }: Login): OAuth2Client {
  return new OAuth2Client({
    clientId,
    clientAuthentication: ClientAuthentication.None,
    endpoints: { oauth2TokenUrl: tokenEndpoint },
    forceRefreshOnFailure: true,
    // Five minutes by default, which tokens of fifteen seconds never have.
    eagerRefreshThresholdMillis: LEEWAY_MS,
  });
}
