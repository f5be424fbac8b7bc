// @jmondi/oauth2-server with repositories as its documentation describes them, in memory; who comes is signed in already.
import { randomBytes } from 'node:crypto';
import {
  AuthorizationServer,
  DateInterval,
  ErrorType,
  JwtService,
  OAuthException,
  OAuthRequest,
} from '@jmondi/oauth2-server';
import { listen, postedFields, ready } from './listen.mjs';

const DAY_MS = 24 * 60 * 60_000;
const newId = () => randomBytes(30).toString('hex');
const scopes = ['read', 'write'].map((name) => ({ name }));
const secrets = { public: undefined, basic: 'a-secret-of-basic', post: 'a-secret-of-post' };
const clients = new Map(
  Object.entries(secrets).map(([id, secret]) => [
    id,
    {
      id,
      name: id,
      secret,
      redirectUris: ['http://127.0.0.1/callback'],
      allowedGrants: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes,
    },
  ]),
);
const user = { id: 'ann' };
const tokens = new Set();
const codes = new Map();
const found = (fits) => {
  for (const token of tokens) if (fits(token)) return token;
  throw new OAuthException('token not found', ErrorType.InvalidRequest);
};
const jwt = new JwtService('only-for-tests-'.repeat(3));
const server = new AuthorizationServer(
  {
    getByIdentifier: async (id) => clients.get(id),
    isClientValid: async (grant, client, secret) =>
      client.allowedGrants.includes(grant) && (client.secret === undefined || client.secret === secret),
  },
  {
    issueToken: async (client, scopes, user) => ({
      accessToken: newId(),
      accessTokenExpiresAt: new Date(Date.now() + 3_600_000),
      client,
      user,
      scopes,
    }),
    issueRefreshToken: async (token) =>
      Object.assign(token, {
        refreshToken: newId(),
        refreshTokenExpiresAt: new Date(Date.now() + 30 * DAY_MS),
      }),
    persist: async (token) => void tokens.add(token),
    revoke: async (token) =>
      void Object.assign(token, { accessTokenExpiresAt: new Date(0), refreshTokenExpiresAt: new Date(0) }),
    isRefreshTokenRevoked: async ({ refreshTokenExpiresAt }) => !(refreshTokenExpiresAt > new Date()),
    getByRefreshToken: async (id) => found(({ refreshToken }) => refreshToken === id),
    getByAccessToken: async (id) => found(({ accessToken }) => accessToken === id),
  },
  {
    getAllByIdentifiers: async (names) => scopes.filter(({ name }) => names.includes(name)),
    finalize: async (asked) => asked,
  },
  jwt,
);
server.enableGrantTypes(
  [
    {
      grant: 'authorization_code',
      userRepository: { getUserByCredentials: async () => user },
      authCodeRepository: {
        getByIdentifier: async (code) => codes.get(code),
        issueAuthCode: (client, user, scopes) => ({
          code: newId(),
          redirectUri: null,
          expiresAt: new Date(Date.now() + 60_000),
          client,
          user,
          scopes,
        }),
        persist: async (code) => void codes.set(code.code, code),
        isRevoked: async (code) => codes.get(code).expiresAt < new Date(),
        revoke: async (code) => void codes.delete(code),
      },
    },
    new DateInterval('1h'),
  ],
  ['refresh_token', new DateInterval('1h')],
);

async function authorize(request) {
  const asked = await server.validateAuthorizationRequest(request);
  return server.completeAuthorizationRequest(Object.assign(asked, { user, isAuthorizationApproved: true }));
}

/** Accepts a token as long as its row does, as a resource server that asks for introspection. */
async function api({ headers }) {
  const { jti } = await jwt.verify(headers.authorization.slice('Bearer '.length));
  const { accessTokenExpiresAt } = found(({ accessToken }) => accessToken === jti);
  return { status: accessTokenExpiresAt > new Date() ? 200 : 401, headers: {}, body: {} };
}

const routes = {
  '/token': (request) => server.respondToAccessTokenRequest(request),
  '/token/revoke': (request) => server.revoke(request),
  '/authorize': authorize,
  '/api': api,
};
const { base } = await listen(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  if (!routes[pathname]) return response.writeHead(404).end();
  const body = request.method === 'POST' ? await postedFields(request) : {};
  const {
    status,
    headers,
    body: reply,
  } = await answer(routes[pathname], {
    headers: request.headers,
    query: Object.fromEntries(searchParams),
    body,
  });
  return response
    .writeHead(status, { ...headers, 'content-type': 'application/json' })
    .end(JSON.stringify(reply));
});

/** As its adapters for web frameworks answer: an OAuthException is a reply. */
async function answer(route, asked) {
  try {
    return await route(new OAuthRequest(asked));
  } catch (exception) {
    if (!(exception instanceof OAuthException)) throw exception;
    const { error, errorType, errorDescription = error, message, status } = exception;
    return {
      status,
      headers: {},
      body: { status, message, error: errorType, error_description: errorDescription },
    };
  }
}

ready({
  options: {
    tokenEndpoint: `${base}/token`,
    authorizationEndpoint: `${base}/authorize`,
    revocationEndpoint: `${base}/token/revoke`,
  },
  scopes: ['read', 'write'],
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: secrets.basic },
    client_secret_post: { clientId: 'post', clientSecret: secrets.post },
  },
  redirectUri: 'http://127.0.0.1/callback',
  api: `${base}/api`,
  ender: `${base}/token/revoke`,
});
