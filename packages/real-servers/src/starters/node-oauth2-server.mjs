// @node-oauth/oauth2-server with the model of its documentation, in memory; who comes is signed in already.
import OAuth2Server from '@node-oauth/oauth2-server';
import { freePort, listen, postedFields, ready } from './listen.mjs';

const { Request, Response } = OAuth2Server;
const scopes = ['read', 'write'];
/** It compares redirect addresses whole, the port included. */
const redirectUri = `http://127.0.0.1:${await freePort()}/callback`;
const secrets = { public: undefined, basic: 'a-secret-of-basic', post: 'a-secret-of-post' };
const clients = Object.entries(secrets).map(([id, secret]) => ({
  id,
  secret,
  grants: ['authorization_code', 'refresh_token'],
  redirectUris: [redirectUri],
}));
const user = { id: 'ann' };
const codes = new Map();
let tokens = [];
const model = {
  async getClient(id, secret) {
    const client = clients.find((each) => each.id === id);
    return client && (!secret || secret === client.secret) ? client : undefined;
  },
  async saveToken(token, client, user) {
    const row = { ...token, client, user };
    tokens.push(row);
    return row;
  },
  getAccessToken: async (text) => tokens.find(({ accessToken }) => accessToken === text),
  getRefreshToken: async (text) => tokens.find(({ refreshToken }) => refreshToken === text),
  async revokeToken({ refreshToken }) {
    const before = tokens.length;
    tokens = tokens.filter((row) => row.refreshToken !== refreshToken);
    return tokens.length < before;
  },
  async saveAuthorizationCode(code, client, user) {
    const row = { ...code, client, user };
    codes.set(code.authorizationCode, row);
    return row;
  },
  getAuthorizationCode: async (code) => codes.get(code),
  revokeAuthorizationCode: async ({ authorizationCode }) => codes.delete(authorizationCode),
  validateScope: async (_user, _client, asked = []) =>
    asked.every((scope) => scopes.includes(scope)) && asked,
  verifyScope: async () => true,
};
// Its own check of clients is for those with a secret alone; the model compares where one was sent.
const oauth = new OAuth2Server({
  model,
  requireClientAuthentication: { refresh_token: false, authorization_code: false },
});

/** As somebody does who deletes rows. */
async function end({ body }) {
  tokens = tokens.filter(({ refreshToken }) => refreshToken !== body.token);
}

const routes = {
  '/token': (request, response) => oauth.token(request, response),
  '/authorize': (request, response) =>
    oauth.authorize(request, response, { authenticateHandler: { handle: () => user } }),
  '/api': (request, response) => oauth.authenticate(request, response),
  '/end': end,
};
const { base } = await listen(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  if (!routes[pathname]) return response.writeHead(404).end();
  const body = request.method === 'POST' ? await postedFields(request) : {};
  const asked = new Request({
    method: request.method,
    headers: request.headers,
    query: Object.fromEntries(searchParams),
    body,
  });
  const answer = new Response({ headers: {} });
  await routes[pathname](asked, answer).catch((error) => {
    answer.status = error.code ?? 500;
    answer.body = { error: error.name, error_description: error.message };
  });
  const { status, headers, body: reply } = answer;
  return response
    .writeHead(headers.location ? 302 : status, { ...headers, 'content-type': 'application/json' })
    .end(JSON.stringify(reply));
});
ready({
  options: { tokenEndpoint: `${base}/token`, authorizationEndpoint: `${base}/authorize` },
  scopes,
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: secrets.basic },
    client_secret_post: { clientId: 'post', clientSecret: secrets.post },
  },
  redirectUri,
  api: `${base}/api`,
  ender: `${base}/end`,
});
