// better-auth with its OAuth provider as its documentation sets it up, over SQLite in memory, and one person in it.
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import {
  oauthDeviceAuthorization,
  oauthProvider,
  oauthProviderAuthServerMetadata,
  oauthProviderOpenIdConfigMetadata,
} from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { freePort, listen, ready } from './listen.mjs';

const port = await freePort();
const baseURL = `http://127.0.0.1:${port}`;
const issuer = `${baseURL}/api/auth`;
const scopes = ['openid', 'profile', 'email', 'offline_access'];
const database = new DatabaseSync(':memory:');
const auth = betterAuth({
  baseURL,
  secret: 'only-for-tests-'.repeat(3),
  database,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  logger: { disabled: true },
  telemetry: { enabled: false },
  plugins: [
    jwt(),
    oauthProvider({ loginPage: '/ann', consentPage: '/consent', scopes }),
    oauthDeviceAuthorization({ verificationUri: '/approve', interval: '1s' }),
  ],
});
await (await getMigrations(auth.options)).runMigrations();
const person = { email: 'ann@example.com', password: 'password-of-ann' };
await auth.api.signUpEmail({ body: { ...person, name: 'Ann' } });
const cookies = (await auth.api.signInEmail({ body: person, asResponse: true })).headers.getSetCookie();
const cookie = cookies.map((each) => each.split(';')[0]).join('; ');

async function register(method, more = {}) {
  const body = {
    client_name: method,
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: method,
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    scope: scopes.join(' '),
    skip_consent: true,
    application_type: 'native',
    ...more,
  };
  const made = await auth.api.adminCreateOAuthClient({ headers: { cookie }, body });
  return { clientId: made.client_id, clientSecret: made.client_secret };
}

const clients = {
  none: await register('none'),
  client_secret_basic: await register('client_secret_basic'),
  client_secret_post: await register('client_secret_post'),
  private_key_jwt: await register('private_key_jwt', {
    jwks: { keys: [JSON.parse(process.env.CLIENT_JWK)] },
  }),
};

const app = toNodeHandler(auth);
const documents = {
  '/.well-known/oauth-authorization-server/api/auth': oauthProviderAuthServerMetadata(auth),
  '/api/auth/.well-known/openid-configuration': oauthProviderOpenIdConfigMetadata(auth),
};
await listen(async (request, response) => {
  const url = new URL(request.url, baseURL);
  const document = documents[url.pathname];
  if (document) {
    const answer = await document(new Request(url));
    return response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }
  // The page at which Ann signs in: her browser takes the cookies of her session from it.
  if (url.pathname === '/ann') return response.writeHead(200, { 'set-cookie': cookies }).end();
  if (url.pathname === '/approve') {
    const userCode = url.searchParams.get('user_code');
    await auth.api.deviceVerify({ query: { user_code: userCode }, headers: { cookie } });
    await auth.api.deviceApprove({ body: { userCode }, headers: { cookie } });
    return response.end();
  }
  // The page at which Ann consents, as it is asked for with `prompt=consent`.
  if (url.pathname === '/consent') {
    const body = JSON.stringify({ accept: true, oauth_query: url.search.slice(1) });
    const headers = { 'content-type': 'application/json', origin: baseURL, cookie };
    const answer = await fetch(`${issuer}/oauth2/consent`, { method: 'POST', headers, body });
    const { url: back } = await answer.json();
    return response.writeHead(302, { location: back }).end();
  }
  // When a refresh token ends by the server's own books.
  if (url.pathname === '/end') {
    const token = createHash('sha256').update(url.searchParams.get('token')).digest('base64url');
    const { expiresAt } = database
      .prepare('SELECT expiresAt FROM oauthRefreshToken WHERE token = ?')
      .get(token);
    return response.end(String(new Date(expiresAt).getTime()));
  }
  return app(request, response);
}, port);
ready({
  options: { issuer },
  scopes,
  clients,
  redirectUri: 'http://127.0.0.1/callback',
  firstPage: `${baseURL}/ann`,
  api: `${issuer}/oauth2/userinfo`,
  end: `${baseURL}/end`,
  ender: `${issuer}/oauth2/revoke`,
});
