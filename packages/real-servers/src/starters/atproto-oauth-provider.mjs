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
const nothing = async () => null;
const stub = (names) => Object.fromEntries(names.split(' ').map((name) => [name, nothing]));
const infoOf = (id, { data, currentRefreshToken }) => ({ id, data, account, currentRefreshToken });
const tokenStore = {
  ...stub('findTokenByCode listAccountTokens'),
  readToken: async (id) => (rows.has(id) ? infoOf(id, rows.get(id)) : null),
  createToken: async (id, data, refreshToken) =>
    void rows.set(id, { data, currentRefreshToken: refreshToken ?? null }),
  async rotateToken(id, nextId, refreshToken, changes) {
    const { data } = rows.get(id);
    rows.delete(id);
    rows.set(nextId, { data: { ...data, ...changes }, currentRefreshToken: refreshToken });
  },
  deleteToken: async (id) => void rows.delete(id),
  async findTokenByRefreshToken(text) {
    const found = [...rows].find(([, { currentRefreshToken }]) => currentRefreshToken === text);
    return found ? infoOf(...found) : null;
  },
};
const provider = new OAuthProvider({
  issuer,
  keyset: [await JoseKey.generate(['ES256'], 'key')],
  tokenStore,
  safeFetch: fetch,
  accountStore: stub(
    'createAccount authenticateAccount setAuthorizedClient getAccount upsertDeviceAccount getDeviceAccount removeDeviceAccount listDeviceAccounts resetPasswordRequest resetPasswordConfirm updateEmailRequest updateEmailConfirm verifyEmailRequest verifyEmailConfirm verifyHandleAvailability updateHandle deactivateAccount reactivateAccount deleteAccountRequest deleteAccountConfirm deleteAccount requestAccountDeletion',
  ),
  deviceStore: stub('createDevice readDevice updateDevice deleteDevice'),
  requestStore: stub(
    'createRequest readRequest updateRequest deleteRequest consumeRequestCode findRequestByCode',
  ),
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
await listen((request, response) => app(request, response, () => response.writeHead(404).end()), port);
ready({ options: { issuer }, scopes: ['atproto'], clients: { none: { clientId } }, refreshToken });
