// Debian's Glewlwyd with its OIDC plugin as its own administration page makes it, over SQLite.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { freePort, listen, ready } from './listen.mjs';
import { ownFolder, startProgram } from './program.mjs';

const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const SECRET = 'a-secret-of-clients';
const folder = ownFolder();
const [port, redirectPort] = [await freePort(), await freePort()];
const base = `http://127.0.0.1:${port}`;
const endpoints = `${base}/api/oidc`;
let cookie = '';

function configure() {
  const path = join(folder, 'glewlwyd.db');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(SCHEMA, 'utf8'));
  database.close();
  const config = readFileSync('/etc/glewlwyd/glewlwyd.conf', 'utf8')
    .replace(/^port=.*/m, `port=${port}\nbind_address="127.0.0.1"`)
    .replace(/^external_url=.*/m, `external_url="${base}"`)
    .replace(/^log_mode=.*/m, 'log_mode="console"')
    .replace(/^@include.*/m, `database = { type = "sqlite3"; path = "${path}"; };`);
  const file = join(folder, 'glewlwyd.conf');
  writeFileSync(file, config);
  return file;
}

async function call(method, path, body) {
  const headers = { 'content-type': 'application/json', ...(cookie && { cookie }) };
  const answer = await fetch(`${base}/api${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** As somebody does in the administration page: the plugin with that page's defaults, two scopes, and the person's consent. */
async function administer() {
  const signedIn = await call('POST', '/auth/', { username: 'admin', password: 'password' });
  cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const encoding = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, ...encoding });
  await call('POST', '/mod/plugin/', {
    module: 'oidc',
    name: 'oidc',
    display_name: 'oidc',
    order_rank: 0,
    parameters: { ...PLUGIN, key: privateKey, cert: publicKey },
  });
  for (const name of ['read', 'write'])
    await call('POST', '/scope/', {
      name,
      display_name: name,
      description: name,
      password_required: false,
      scheme: {},
    });
  const scope = ['g_admin', 'g_profile', 'openid', 'read', 'write'];
  await call('PUT', '/user/admin', { username: 'admin', name: 'Ann', enabled: true, scope });
}

const PLUGIN = {
  iss: base,
  'jwt-type': 'rsa',
  'jwt-key-size': '256',
  'access-token-duration': 3_600,
  'refresh-token-duration': 1_209_600,
  'code-duration': 600,
  'refresh-token-rolling': true,
  'refresh-token-one-use': 'never',
  'client-refresh-token-one-use-parameter': 'refresh-token-one-use',
  'allow-non-oidc': true,
  'auth-type-code-enabled': true,
  'auth-type-token-enabled': true,
  'auth-type-id-token-enabled': true,
  'auth-type-password-enabled': true,
  'auth-type-client-enabled': true,
  'auth-type-device-enabled': true,
  'auth-type-refresh-enabled': true,
  'secret-type': 'pairwise',
  'address-claim': { type: 'no' },
  'name-claim': 'on-demand',
  'email-claim': 'no',
  'scope-claim': 'no',
  'allowed-scope': ['openid'],
  'pkce-allowed': true,
  'request-parameter-allow': true,
  'client-pubkey-parameter': 'pubkey',
  'introspection-revocation-allowed': true,
  'introspection-revocation-allow-target-client': true,
  'device-authorization-expiration': 600,
  'device-authorization-interval': 1,
};

async function register(client_id, method, more = {}) {
  await call('POST', '/client/', {
    client_id,
    name: client_id,
    enabled: true,
    scope: [],
    redirect_uri: [`http://127.0.0.1:${redirectPort}/callback`],
    authorization_type: ['code', 'refresh_token', 'device_authorization', 'delete_token'],
    confidential: method !== undefined,
    ...(method && { password: SECRET, token_endpoint_auth_method: [method] }),
    ...more,
  });
  await call('PUT', `/auth/grant/${client_id}`, { scope: 'openid read write' });
}

/** When a refresh token ends, as its introspection tells one of the clients. */
async function end(token) {
  const authorization = `Basic ${btoa(`basic:${SECRET}`)}`;
  const answer = await fetch(`${endpoints}/introspect`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ token }),
  });
  return String((await answer.json()).exp * 1_000);
}

await startProgram('glewlwyd', [`--config-file=${configure()}`], { cwd: folder, address: `${base}/config` });
await administer();
await register('public');
await register('basic', 'client_secret_basic');
await register('post', 'client_secret_post');
const key = createPublicKey({ key: JSON.parse(process.env.CLIENT_JWK), format: 'jwk' });
await register('jwt', 'private_key_jwt', { pubkey: key.export({ type: 'spki', format: 'pem' }) });
// Beside it: a page that gives a browser the session of the person, and what the server's books say.
const { base: beside } = await listen(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, base);
  if (pathname === '/end') return response.end(await end(searchParams.get('token')));
  return response.writeHead(200, { 'set-cookie': cookie.split('; ') }).end();
});
ready({
  // Its document names the root as the issuer, and is not there: the endpoints are given.
  options: {
    tokenEndpoint: `${endpoints}/token`,
    authorizationEndpoint: `${endpoints}/auth`,
    revocationEndpoint: `${endpoints}/revoke`,
    deviceAuthorizationEndpoint: `${endpoints}/device_authorization`,
  },
  scopes: ['openid', 'read', 'write'],
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: SECRET },
    client_secret_post: { clientId: 'post', clientSecret: SECRET },
    private_key_jwt: { clientId: 'jwt' },
  },
  redirectUri: `http://127.0.0.1:${redirectPort}/callback`,
  firstPage: beside,
  // Its own page is a program in the browser.
  deviceAnswer: `${endpoints}/device?g_continue&code=`,
  end: `${beside}/end`,
  api: `${endpoints}/userinfo`,
  ender: `${endpoints}/revoke`,
  endingClient: 'client_secret_basic',
});
