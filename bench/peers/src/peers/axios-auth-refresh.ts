import axios, { type AxiosInstance } from 'axios';
import { type AxiosAuthRefreshRequestConfig, createAuthRefresh } from 'axios-auth-refresh';
import { type RefreshReply, tokensOf } from '../hand-written-tokens.ts';
import type { Login, Peer, Tokens } from '../peer.ts';
import { readTokens, writeTokens } from '../token-file.ts';

/** An interceptor that sets the newest token, and its own that renews after a 401, as its readme has both. */
export const axiosAuthRefresh: Peer = {
  name: 'axios-auth-refresh',
  packages: ['axios-auth-refresh', 'axios'],
  maker: (login) => () => withRefresh(login, login.tokens),
  async open(login) {
    const api = withRefresh(login, await readTokens(login));
    return { call: async (path) => (await api.get(path, { responseType: 'text' })).status };
  },
};

function withRefresh(login: Login, first: Tokens): AxiosInstance {
  let tokens = first;
  const api = axios.create({ baseURL: login.apiUrl });
  api.interceptors.request.use((request) => {
    request.headers.set('Authorization', `Bearer ${tokens.accessToken}`);
    return request;
  });
  // Its types are those of axios for CommonJS.
  createAuthRefresh(api as never, async (failed) => {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: tokens.refreshToken,
      client_id: login.clientId,
    });
    const config: AxiosAuthRefreshRequestConfig = { skipAuthRefresh: true };
    const { data } = await axios.post<RefreshReply>(login.tokenEndpoint, form, config);
    tokens = tokensOf(data, tokens.refreshToken);
    await writeTokens(login, tokens);
    failed.response.config.headers['Authorization'] = `Bearer ${tokens.accessToken}`;
  });
  return api;
}
