// Starts django/site_of_ann.py with Debian's django-oauth-toolkit.
import { fileURLToPath } from 'node:url';
import { freePort, ready } from './listen.mjs';
import { ownFolder, startProgram } from './program.mjs';

const [port, redirectPort] = [await freePort(), await freePort()];
const base = `http://127.0.0.1:${port}`;
const SECRET = 'a-secret-of-clients';
await startProgram('/usr/bin/python3', [fileURLToPath(new URL('django/site_of_ann.py', import.meta.url))], {
  cwd: ownFolder(),
  env: { PORT: String(port), REDIRECT_URI: `http://127.0.0.1:${redirectPort}/callback`, SECRET },
  address: `${base}/api`,
});
ready({
  options: {
    tokenEndpoint: `${base}/o/token/`,
    authorizationEndpoint: `${base}/o/authorize/`,
    revocationEndpoint: `${base}/o/revoke_token/`,
  },
  scopes: ['read', 'write'],
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: SECRET },
    client_secret_post: { clientId: 'post', clientSecret: SECRET },
  },
  redirectUri: `http://127.0.0.1:${redirectPort}/callback`,
  api: `${base}/api`,
  ender: `${base}/o/revoke_token/`,
});
