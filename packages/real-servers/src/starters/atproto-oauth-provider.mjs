// @atproto/oauth-provider over stores in memory. It wants a proof of possession (DPoP) with every token request.
import { createHash, randomBytes } from 'node:crypto';
import { oauthMiddleware } from '@atproto/oauth-provider/middleware';
import { JoseKey, OAuthProvider } from '@atproto/oauth-provider/provider';
import { freePort, listen, ready } from './listen.mjs';

const port = await freePort();
/** As the server itself demands: the name of the host, not its address. */
const issuer = `http://localhost:${port}`;
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const account = { did, sub: did, aud: 'did:web:pds.example', preferred_username: 'ann.example' };
const rows = new Map();
/** Refresh tokens that were used, with the id of the row their session is in now: as its documentation asks of a store. */
const used = new Map();
const nothing = async () => null;
const stub = (names) => Object.fromEntries(names.split(' ').map((name) => [name, nothing]));
const infoOf = (id, { data, currentRefreshToken }) => ({ id, data, account, currentRefreshToken });
const tokenStore = {
  ...stub('findTokenByCode listAccountTokens'),
  readToken: async (id) => (rows.has(id) ? infoOf(id, rows.get(id)) : null),
  createToken: async (id, data, refreshToken) =>
    void rows.set(id, { data, currentRefreshToken: refreshToken ?? null }),
  async rotateToken(id, nextId, refreshToken, changes) {
    const { data, currentRefreshToken } = rows.get(id);
    rows.delete(id);
    used.set(currentRefreshToken, id);
    for (const [token, rowId] of used) if (rowId === id) used.set(token, nextId);
    rows.set(nextId, { data: { ...data, ...changes }, currentRefreshToken: refreshToken });
  },
  deleteToken: async (id) => void rows.delete(id),
  async findTokenByRefreshToken(text) {
    const found = [...rows].find(([, { currentRefreshToken }]) => currentRefreshToken === text);
    const id = used.get(text);
    return found ? infoOf(...found) : rows.has(id) ? infoOf(id, rows.get(id)) : null;
  },
};
const requests = new Map();
const requestStore = {
  createRequest: async (id, data) => void requests.set(id, data),
  readRequest: async (id) => requests.get(id) ?? null,
  updateRequest: async (id, changes) => void requests.set(id, { ...requests.get(id), ...changes }),
  deleteRequest: async (id) => void requests.delete(id),
  async consumeRequestCode(code) {
    const [requestId, data] = [...requests].find(([, each]) => each.code === code) ?? [];
    requests.delete(requestId);
    return data ? { requestId, data } : null;
  },
};
const provider = new OAuthProvider({
  issuer,
  // Asks the store about every access token, as a server does that ends them with their session.
  accessTokenMode: 'light',
  keyset: [await JoseKey.generate(['ES256'], 'key')],
  tokenStore,
  safeFetch: fetch,
  accountStore: {
    getAccount: async () => ({ account, authorizedClients: new Map() }),
    ...stub(
      'createAccount authenticateAccount setAuthorizedClient upsertDeviceAccount getDeviceAccount removeDeviceAccount listDeviceAccounts resetPasswordRequest resetPasswordConfirm updateEmailRequest updateEmailConfirm verifyEmailRequest verifyEmailConfirm verifyHandleAvailability updateHandle deactivateAccount reactivateAccount deleteAccountRequest deleteAccountConfirm deleteAccount requestAccountDeletion',
    ),
  },
  deviceStore: stub('createDevice readDevice updateDevice deleteDevice'),
  requestStore,
  lexiconStore: stub('findLexicon storeLexicon deleteLexicon'),
});

/** A session as if somebody had signed in with a client that sends proofs with this key (RFC 7638 is how keys are named). */
const { kty, crv, x, y } = JSON.parse(process.env.CLIENT_JWK);
const dpop_jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
const clientId = 'http://localhost?scope=atproto';
const refreshToken = `ref-${randomBytes(32).toString('hex')}`;
const now = new Date();
await tokenStore.createToken(
  `tok-${randomBytes(16).toString('hex')}`,
  {
    createdAt: now,
    updatedAt: now,
    expiresAt: new Date(now.getTime() + 3_600_000),
    clientId,
    clientAuth: { method: 'none' },
    deviceId: null,
    did,
    details: null,
    code: null,
    scope: 'atproto',
    parameters: { client_id: clientId, response_type: 'code', scope: 'atproto', dpop_jkt },
  },
  refreshToken,
);
const app = oauthMiddleware(provider, {});

/** The page on which somebody agrees is a program of its own. In its place, what it leads to: the request has a person and a code. */
function agree(query, response) {
  const id = query.get('request_uri').split(':').at(-1);
  const { parameters } = requests.get(id);
  const code = `cod-${randomBytes(32).toString('hex')}`;
  const deviceId = `dev-${randomBytes(16).toString('hex')}`;
  requests.set(id, { ...requests.get(id), did, deviceId, code });
  const back = new URL(parameters.redirect_uri);
  for (const [name, value] of Object.entries({ iss: issuer, state: parameters.state, code }))
    back.searchParams.set(name, value);
  response.writeHead(303, { location: back.href }).end();
}

/** A resource that takes bound access tokens. */
async function resource(request, response) {
  response.setHeader('dpop-nonce', provider.nextDpopNonce());
  try {
    await provider.authenticateRequest('GET', new URL(request.url, issuer), request.headers);
    response.end();
  } catch ({ wwwAuthenticateHeader = 'DPoP error="invalid_token"' }) {
    response.writeHead(401, { 'www-authenticate': wwwAuthenticateHeader }).end();
  }
}

await listen((request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === '/agree') agree(searchParams, response);
  else if (pathname === '/api') void resource(request, response);
  else app(request, response, () => response.writeHead(404).end());
}, port);
const clients = { none: { clientId } };
const redirectUri = 'http://127.0.0.1/';
const here = { agree: `${issuer}/agree`, api: `${issuer}/api` };
ready({ options: { issuer }, scopes: ['atproto'], clients, redirectUri, refreshToken, ...here });
