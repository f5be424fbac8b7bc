// oidc-provider as its documentation sets it up, with a person who says yes to everything.
console.info = console.warn = () => undefined; // it warns of its defaults
const { default: Provider } = await import('oidc-provider');
const { freePort, listen, ready } = await import('./listen.mjs');

const port = await freePort();
const issuer = `http://127.0.0.1:${port}`;
const scope = 'openid offline_access profile email';
const common = {
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback'],
  scope,
};
const jwks = { keys: [JSON.parse(process.env.CLIENT_JWK)] };
const provider = new Provider(issuer, {
  clients: [
    { ...common, client_id: 'public', token_endpoint_auth_method: 'none' },
    { ...common, client_id: 'basic', client_secret: 'a-secret-of-basic' },
    {
      ...common,
      client_id: 'post',
      client_secret: 'a-secret-of-post',
      token_endpoint_auth_method: 'client_secret_post',
    },
    { ...common, client_id: 'jwt', token_endpoint_auth_method: 'private_key_jwt', jwks },
  ],
  scopes: scope.split(' '),
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true },
  },
  interactions: { url: (_context, { uid }) => `/approve/${uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: 'ann@example.com' }) }),
});

async function approve(request, response) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  const result =
    prompt.name === 'login' ? { login: { accountId: 'ann' } } : { consent: { grantId: await grant(params) } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

async function grant({ client_id: clientId, scope: asked }) {
  const given = new provider.Grant({ clientId, accountId: 'ann' });
  given.addOIDCScope(asked);
  return given.save();
}

/** When a refresh token ends by the server's own books. */
async function end(request, response) {
  const token = new URL(request.url, issuer).searchParams.get('token');
  const { exp } = await provider.RefreshToken.find(token);
  response.end(String(exp * 1_000));
}

const app = provider.callback();
await listen((request, response) => {
  if (request.url.startsWith('/approve/')) return approve(request, response);
  if (request.url.startsWith('/end?')) return end(request, response);
  return app(request, response);
}, port);
ready({
  options: { issuer },
  scopes: scope.split(' '),
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: 'a-secret-of-basic' },
    client_secret_post: { clientId: 'post', clientSecret: 'a-secret-of-post' },
    private_key_jwt: { clientId: 'jwt' },
  },
  redirectUri: 'http://127.0.0.1/callback',
  api: `${issuer}/me`,
  end: `${issuer}/end`,
  ender: `${issuer}/token/revocation`,
});
