// Debian's LemonLDAP::NG as an OpenID Connect provider, with the people of its own demonstration.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, listen, ready } from './listen.mjs';
import { ownFolder, startProgram } from './program.mjs';

const SECRET = 'a-secret-of-clients';
const folder = ownFolder();
const [port, redirectPort] = [await freePort(), await freePort()];
/** With a slash at its end. */
const issuer = `http://127.0.0.1:${port}/`;
const store = (name) => ({ Directory: join(folder, name), LockDirectory: join(folder, name, 'lock') });

const client = (clientId, secret) => ({
  oidcRPMetaDataOptionsClientID: clientId,
  oidcRPMetaDataOptionsClientSecret: secret ?? '',
  oidcRPMetaDataOptionsPublic: secret === undefined ? 1 : 0,
  oidcRPMetaDataOptionsBypassConsent: 1,
  oidcRPMetaDataOptionsAllowOffline: 1,
  oidcRPMetaDataOptionsRedirectUris: `http://127.0.0.1:${redirectPort}/callback`,
  oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
});

function configure() {
  for (const name of ['conf', 'sessions/lock', 'persistent/lock'])
    mkdirSync(join(folder, name), { recursive: true });
  const encoding = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, ...encoding });
  const clients = { public: client('public'), basic: client('basic', SECRET), post: client('post', SECRET) };
  const given = JSON.parse(readFileSync('/var/lib/lemonldap-ng/conf/lmConf-1.json', 'utf8'));
  const config = {
    ...given,
    cfgNum: 1,
    portal: issuer,
    domain: '127.0.0.1',
    securedCookie: 0,
    requireToken: 0,
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceMetaDataIssuer: issuer,
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: 'key-1',
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: store('sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: store('persistent'),
    localSessionStorage: '',
    localSessionStorageOptions: {},
    oidcRPMetaDataOptions: clients,
    oidcRPMetaDataExportedVars: Object.fromEntries(
      Object.keys(clients).map((name) => [name, { email: 'mail' }]),
    ),
  };
  writeFileSync(join(folder, 'conf/lmConf-1.json'), JSON.stringify(config));
  const lines = [
    '[all]',
    'logLevel = error',
    '[configuration]',
    'type = File',
    `dirName = ${join(folder, 'conf')}`,
    '[portal]',
    'staticPrefix = /static',
    'templateDir = /usr/share/lemonldap-ng/portal/templates',
    'languages = en',
    '[handler]',
    'status = 0',
  ];
  writeFileSync(join(folder, 'lemonldap-ng.ini'), lines.join('\n'));
}

async function signedIn() {
  const body = new URLSearchParams({ user: 'dwho', password: 'dwho' });
  const answer = await fetch(issuer, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body,
    redirect: 'manual',
  });
  return answer.headers.getSetCookie().map((each) => each.split(';')[0]);
}

/** It has no revocation endpoint; its sessions, refresh tokens among them, are files. */
function endSessions() {
  for (const name of readdirSync(join(folder, 'sessions')))
    if (name !== 'lock') rmSync(join(folder, 'sessions', name));
}

configure();
const app = fileURLToPath(new URL('lemonldap/app.psgi', import.meta.url));
await startProgram(
  'plackup',
  ['-s', 'HTTP::Server::PSGI', '--host', '127.0.0.1', '--port', String(port), app],
  {
    cwd: folder,
    env: { LLNG_DEFAULTCONFFILE: join(folder, 'lemonldap-ng.ini') },
    address: issuer,
  },
);
// Beside it: a page that gives a browser a session of the person, and one that ends all sessions.
const { base: beside } = await listen(async (request, response) => {
  if (request.url !== '/end') return response.writeHead(200, { 'set-cookie': await signedIn() }).end();
  endSessions();
  return response.end();
});
ready({
  options: { issuer },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  clients: {
    none: { clientId: 'public' },
    client_secret_basic: { clientId: 'basic', clientSecret: SECRET },
    client_secret_post: { clientId: 'post', clientSecret: SECRET },
  },
  redirectUri: `http://127.0.0.1:${redirectPort}/callback`,
  firstPage: beside,
  api: `${issuer}oauth2/userinfo`,
  ender: `${beside}/end`,
});
