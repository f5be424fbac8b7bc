import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';

/** From the environment; without a TENANT_ID, against servers on this machine. */
export async function settings() {
  const { TENANT_ID, CLIENT_ID = '', CLIENT_SECRET = '', VAULT_URL = '' } = process.env;
  if (!TENANT_ID) return localSettings();
  const registered = { tenantId: TENANT_ID, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  const services = { graphUrl: 'https://graph.microsoft.com', vaultUrl: VAULT_URL, vaultOptions: {} };
  return { ...registered, ...services, endpoints: undefined, [Symbol.asyncDispose]: async () => {} };
}

async function localSettings() {
  const server = await createAuthorizationServer();
  let asked = 0;
  const api = await listenOnLoopback(
    protectedBy(server, async (_request, response, url) => {
      const isVault = url.pathname.startsWith('/secrets/');
      const users = server.accounts.map(({ name }) => ({ displayName: name }));
      send(response, jsonReply(200, isVault ? secret : { value: users }));
      // After the first call of Graph, an administrator revokes every token.
      if (!isVault && ++asked === 1) server.revokeAccessTokens();
    }),
  );
  const close = async () => {
    await Promise.all([api.close(), server.close()]);
  };
  const vaultOptions = { httpClient: toLoopback(api.url), disableChallengeResourceVerification: true };
  const services = { graphUrl: api.url, vaultUrl: VAULT, vaultOptions };
  return { ...server.microsoftOptions('secret'), ...services, [Symbol.asyncDispose]: close };
}

const VAULT = 'https://vault.example.com';
const secret = { value: 'hello', id: `${VAULT}/secrets/greeting/1`, attributes: { enabled: true } };

/** The Azure SDK insists on https; what it would send there is taken to this machine. */
function toLoopback(url: string): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const given = request.url;
      request.url = given.replace(VAULT, url);
      request.allowInsecureConnection = true;
      const response = await client.sendRequest(request);
      request.url = given;
      // As Key Vault asks for a token: the first request has none.
      if (response.status === 401)
        response.headers.set(
          'www-authenticate',
          `Bearer authorization="${url}/t", resource="https://vault.azure.net"`,
        );
      return response;
    },
  };
}
