// Starts doorkeeper/config.ru with Debian's Doorkeeper, Rails and Puma.
import { fileURLToPath } from 'node:url';
import { freePort, ready } from './listen.mjs';
import { ownFolder, startProgram } from './program.mjs';

const [port, redirectPort] = [await freePort(), await freePort()];
const base = `http://127.0.0.1:${port}`;
const SECRET = 'a-secret-of-clients';
const config = fileURLToPath(new URL('doorkeeper/config.ru', import.meta.url));
await startProgram('puma', ['-b', `tcp://127.0.0.1:${port}`, '-t', '4:8', '-e', 'production', config], {
  cwd: ownFolder(),
  env: { REDIRECT_URI: `http://127.0.0.1:${redirectPort}/callback`, SECRET },
  address: `${base}/api`,
});
ready({
  options: {
    tokenEndpoint: `${base}/oauth/token`,
    authorizationEndpoint: `${base}/oauth/authorize`,
    revocationEndpoint: `${base}/oauth/revoke`,
  },
  scopes: ['read', 'write'],
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: SECRET },
    client_secret_post: { clientId: 'post', clientSecret: SECRET },
  },
  redirectUri: `http://127.0.0.1:${redirectPort}/callback`,
  api: `${base}/api`,
  ender: `${base}/oauth/revoke`,
});
