// Starts authlib/app.py with Debian's Authlib and Flask.
import { fileURLToPath } from 'node:url';
import { freePort, ready } from './listen.mjs';
import { ownFolder, startProgram } from './program.mjs';

const [port, redirectPort] = [await freePort(), await freePort()];
const base = `http://127.0.0.1:${port}`;
const SECRET = 'a-secret-of-clients';
await startProgram('/usr/bin/python3', [fileURLToPath(new URL('authlib/app.py', import.meta.url))], {
  cwd: ownFolder(),
  env: { PORT: String(port), REDIRECT_URI: `http://127.0.0.1:${redirectPort}/callback`, SECRET },
  address: `${base}/api`,
});
ready({
  options: {
    tokenEndpoint: `${base}/token`,
    authorizationEndpoint: `${base}/authorize`,
    revocationEndpoint: `${base}/revoke`,
    deviceAuthorizationEndpoint: `${base}/device`,
  },
  scopes: ['read', 'write'],
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: SECRET },
    client_secret_post: { clientId: 'post', clientSecret: SECRET },
    private_key_jwt: { clientId: 'jwt' },
  },
  redirectUri: `http://127.0.0.1:${redirectPort}/callback`,
  api: `${base}/api`,
  ender: `${base}/revoke`,
});
