// @cloudflare/workers-oauth-provider as its documentation sets it up; who comes is signed in already.
import { OAuthProvider } from '@cloudflare/workers-oauth-provider';

const scopes = ['read', 'write', 'offline_access'];
const rows = new Map();
/** What it uses of a KV namespace, in memory. */
const kv = {
  async get(key, type) {
    const text = rows.get(key) ?? null;
    return (type?.type ?? type) === 'json' ? JSON.parse(text) : text;
  },
  put: async (key, value) => void rows.set(key, value),
  delete: async (key) => void rows.delete(key),
  async list({ prefix = '' }) {
    const keys = [...rows.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name }));
    return { keys, list_complete: true };
  },
};

async function registered(provider) {
  const clients = {};
  for (const tokenEndpointAuthMethod of ['none', 'client_secret_basic', 'client_secret_post']) {
    const { clientId, clientSecret } = await provider.createClient({
      clientName: tokenEndpointAuthMethod,
      redirectUris: ['http://127.0.0.1/callback'],
      tokenEndpointAuthMethod,
      grantTypes: ['authorization_code', 'refresh_token'],
    });
    clients[tokenEndpointAuthMethod] = { clientId, clientSecret };
  }
  return clients;
}

/** When a refresh token ends by the server's own books. */
async function end(token) {
  const [userId, grantId] = token.split(':');
  const { expiresAt } = await kv.get(`grant:${userId}:${grantId}`, 'json');
  return new Response(String(expiresAt * 1_000));
}

async function authorize(request, provider) {
  const asked = await provider.parseAuthRequest(request);
  const { redirectTo } = await provider.completeAuthorization({
    request: asked,
    userId: 'ann',
    metadata: {},
    scope: asked.scope,
    props: { user: 'ann' },
    revokeExistingGrants: false,
  });
  return Response.redirect(redirectTo, 302);
}

/** @param {string} origin where it is, as its documents name it */
const providerAt = (origin) =>
  new OAuthProvider({
    resourceMetadata: { resource: `${origin}/api`, authorization_servers: [origin] },
    onError: () => undefined, // it would write each refusal to the console
    apiRoute: '/api',
    apiHandler: { fetch: () => Response.json({ ok: true }) },
    authorizeEndpoint: '/authorize',
    tokenEndpoint: '/oauth/token',
    scopesSupported: scopes,
    defaultHandler: {
      async fetch(request, { OAUTH_PROVIDER }) {
        const { pathname, searchParams } = new URL(request.url);
        if (pathname === '/authorize') return authorize(request, OAUTH_PROVIDER);
        if (pathname === '/clients') return Response.json(await registered(OAUTH_PROVIDER));
        if (pathname === '/end') return end(searchParams.get('token'));
        return new Response('', { status: 404 });
      },
    },
  });

let provider;
export default {
  fetch(request, env, context) {
    provider ??= providerAt(new URL(request.url).origin);
    return provider.fetch(request, { ...env, OAUTH_KV: kv }, context);
  },
};
