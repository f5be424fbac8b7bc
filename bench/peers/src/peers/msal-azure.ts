import { type AccountInfo, type INetworkModule, PublicClientApplication } from '@azure/msal-node';
import { callsThrough, pipelineOf } from '../azure-pipeline.ts';
import type { Login, Peer } from '../peer.ts';
import { replaceFile, textOf } from '../token-file.ts';

/** MSAL takes https authorities alone; its network client sends what is for this one to the loopback server. */
const STAND_IN = 'https://login.loopback.example';

/** MSAL keeps the tokens, and the bearer policy of Azure's pipeline puts them into requests. */
export const msalAzure: Peer = {
  name: "msal-node with Azure's pipeline",
  packages: ['@azure/msal-node', '@azure/core-rest-pipeline'],
  needsIdToken: true,
  maker(login) {
    const app = application(login);
    return (username) => pipelineOf(login, credentialOf(app, { ...NOBODY, username }, login));
  },
  async open(login) {
    const app = application(login);
    const account = await signedInAccount(app, login);
    return callsThrough(pipelineOf(login, credentialOf(app, account, login)), login);
  },
};

const NOBODY: AccountInfo = {
  homeAccountId: '',
  environment: '',
  tenantId: '',
  username: '',
  localAccountId: '',
};

function credentialOf(app: PublicClientApplication, account: AccountInfo, { scope }: Login) {
  return {
    async getToken() {
      const result = await app.acquireTokenSilent({ account, scopes: [scope] });
      return {
        token: result.accessToken,
        expiresOnTimestamp: result.expiresOn?.getTime() ?? 0,
        ...(result.refreshOn && { refreshAfterTimestamp: result.refreshOn.getTime() }),
      };
    },
  };
}

/** The one that the cache holds, or else the one of the login: MSAL takes no access token from outside, so it asks for one. */
async function signedInAccount(app: PublicClientApplication, login: Login): Promise<AccountInfo> {
  const [kept] = await app.getTokenCache().getAllAccounts();
  if (kept) return kept;
  const { refreshToken } = login.tokens;
  const result = await app.acquireTokenByRefreshToken({
    refreshToken,
    scopes: [login.scope],
    forceCache: true,
  });
  if (!result?.account) throw new Error('MSAL took no account from the reply.');
  return result.account;
}

function application(login: Login): PublicClientApplication {
  const { clientId, tenantId, file } = login;
  const base = `${STAND_IN}/${tenantId}`;
  return new PublicClientApplication({
    auth: {
      clientId,
      authority: base,
      knownAuthorities: [new URL(STAND_IN).host],
      authorityMetadata: JSON.stringify({
        issuer: `${base}/v2.0`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      }),
    },
    system: { networkClient: overLoopback(login) },
    ...(file && { cache: { cachePlugin: filePlugin(file) } }),
  });
}

/** The cache plugin of its documentation: read before each look, written after each change. */
function filePlugin(file: string) {
  return {
    async beforeCacheAccess(context: CacheContext) {
      const text = await textOf(file);
      if (text) context.tokenCache.deserialize(text);
    },
    async afterCacheAccess(context: CacheContext) {
      if (context.cacheHasChanged) await replaceFile(file, context.tokenCache.serialize());
    },
  };
}

interface CacheContext {
  cacheHasChanged: boolean;
  tokenCache: { serialize(): string; deserialize(text: string): void };
}

function overLoopback({ tokenEndpoint }: Login): INetworkModule {
  const send = async (url: string, init: RequestInit) => {
    const response = await fetch(url.replace(STAND_IN, new URL(tokenEndpoint).origin), init);
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: JSON.parse(await response.text()) };
  };
  return {
    sendGetRequestAsync: (url, { headers } = {}) => send(url, { ...(headers && { headers }) }),
    sendPostRequestAsync: (url, { headers, body } = {}) =>
      send(url, { method: 'POST', ...(headers && { headers }), ...(body && { body }) }),
  };
}
