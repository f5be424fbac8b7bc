import ky, { type KyInstance } from 'ky';
import { handWrittenTokens, type RefreshReply, tokensOf } from '../hand-written-tokens.ts';
import type { Login, Peer, Tokens } from '../peer.ts';
import { readTokens } from '../token-file.ts';

/** The hooks of ky's readme, with a careful holder of tokens behind them. */
export const kyHook: Peer = {
  name: 'ky, careful hooks',
  packages: ['ky'],
  maker: (login) => () => withHooks(login, login.tokens),
  async open(login) {
    const api = withHooks(login, await readTokens(login));
    return {
      async call(path) {
        const response = await api.get(path, { throwHttpErrors: false });
        await response.arrayBuffer();
        return response.status;
      },
    };
  },
};

function withHooks(login: Login, first: Tokens): KyInstance {
  const held = handWrittenTokens(login, first, refreshed);
  return ky.extend({
    prefix: login.apiUrl,
    hooks: {
      beforeRequest: [
        async ({ request }) => {
          request.headers.set('authorization', `Bearer ${await held.token()}`);
        },
      ],
      afterResponse: [
        async ({ request, response, retryCount }) => {
          if (response.status !== 401 || retryCount > 0) return undefined;
          const rejected = request.headers.get('authorization')?.slice('Bearer '.length);
          const headers = new Headers(request.headers);
          headers.set('authorization', `Bearer ${await held.token(rejected)}`);
          return ky.retry({ request: new Request(request, { headers }), delay: 0, code: 'TOKEN_RENEWED' });
        },
      ],
    },
  });
}

async function refreshed({ tokenEndpoint, clientId }: Login, refreshToken: string) {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
  });
  return tokensOf(await ky.post(tokenEndpoint, { body }).json<RefreshReply>(), refreshToken);
}
