#!/usr/bin/env bash
# One would guess: AuthorizationCodeCredential redeems its code once, for a code works once; when the answer is lost, the caller is told of
#   the connection. msal-node, which it is made of, does so.
# What is true: @azure/identity puts the retry policy of the Azure SDK around MSAL's requests, for all grants alike. A lost answer or a 503
#   leads to up to three more requests with the same code. The server has redeemed it, so it answers invalid_grant, and that is what the
#   caller sees: a network fault that looks like a code that was wrong or too old. RFC 6749, section 4.1.2, also has the server revoke
#   what it issued for a code that comes twice. What helps: `retryOptions: { maxRetries: 0 }`.
# Known: nothing was found. That retries can be set is in the SDK's pages, that they are for codes too is not.
# Exits with 1 if that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @azure/identity@4.14.1 @azure/core-rest-pipeline@1.25.1 @azure/msal-node@7.2.3
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { AuthorizationCodeCredential } from '@azure/identity';
import { ConfidentialClientApplication } from '@azure/msal-node';

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/@azure/${name}/package.json`, 'utf8')).version;
console.log(`@azure/identity ${versionOf('identity')}, @azure/msal-node ${versionOf('msal-node')}, Node ${process.version}`);

const authority = 'https://login.example.com/tenant';
const metadata = {
  issuer: `${authority}/v2.0`,
  token_endpoint: `${authority}/token`,
  authorization_endpoint: `${authority}/authorize`,
  jwks_uri: `${authority}/keys`,
};
/** A token endpoint that redeems the code, loses its first answer, and knows the code as spent from then on. */
let codes = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  if (request.method === 'POST') codes.push(new URLSearchParams(body).get('code'));
  if (request.method === 'POST' && codes.length === 1) return request.socket.destroy();
  const spent = { error: 'invalid_grant', error_description: 'The code was already redeemed.' };
  response.writeHead(request.method === 'POST' ? 400 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(request.method === 'POST' ? spent : metadata));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const local = (url) => url.replace('https://login.example.com', `http://127.0.0.1:${server.address().port}`);

/** Both libraries take https addresses alone: their own last step before the network goes to loopback in its place. */
const client = createDefaultHttpClient();
const httpClient = {
  sendRequest(request) {
    request.url = local(request.url);
    request.allowInsecureConnection = true;
    return client.sendRequest(request);
  },
};
const networkClient = {
  sendGetRequestAsync: () => Promise.reject(new Error('not used')),
  async sendPostRequestAsync(url, { headers, body }) {
    const response = await fetch(local(url), { method: 'POST', headers, body });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
  },
};

/** How often the code was presented, and whether the caller is told that it was refused or that the network failed. */
async function redeemed(title, redeem) {
  codes = [];
  const error = await redeem().then(() => undefined, (thrown) => thrown);
  const told = `${codes.length} requests, ${/invalid_grant/.test(`${error?.errorCode} ${error?.message}`) ? 'invalid_grant' : 'not invalid_grant'}`;
  console.log(`${title}: ${told}: ${String(error).slice(0, 90)}`);
  return told;
}

const identity = (options) => () =>
  new AuthorizationCodeCredential('tenant', 'client', 'secret', 'the-code', 'http://localhost/callback', {
    authorityHost: 'https://login.example.com',
    disableInstanceDiscovery: true,
    httpClient,
    ...options,
  }).getToken('https://api.example.com/.default');
const msal = () =>
  new ConfidentialClientApplication({
    auth: {
      clientId: 'client',
      clientSecret: 'secret',
      authority,
      knownAuthorities: ['login.example.com'],
      authorityMetadata: JSON.stringify(metadata),
    },
    system: { networkClient },
  }).acquireTokenByCode({
    code: 'the-code',
    redirectUri: 'http://localhost/callback',
    scopes: ['https://api.example.com/.default'],
  });

const seen = [
  await redeemed('@azure/identity', identity({})),
  await redeemed('@azure/identity, maxRetries 0', identity({ retryOptions: { maxRetries: 0 } })),
  await redeemed('msal-node', msal),
];
server.closeAllConnections();
server.close();
const asBefore = seen.join(';') === '2 requests, invalid_grant;1 requests, not invalid_grant;1 requests, not invalid_grant';
console.log(asBefore ? 'The code is redeemed again.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
