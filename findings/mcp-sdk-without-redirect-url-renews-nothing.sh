#!/usr/bin/env bash
# One would guess: a provider of the MCP SDK that has a stored refresh token and no `redirectUrl`, as a daemon's, renews with that token.
#   The SDK's types say to leave `redirectUrl` out where a flow needs no person, and a renewal needs none.
# What is true: without `redirectUrl` the SDK takes every renewal for a client credentials grant. It throws "Either
#   provider.prepareTokenRequest() or authorizationCode is required" before it looks at the refresh token, and asks the token endpoint
#   nothing. Both generations do. What helps: any `redirectUrl`, or a prepareTokenRequest() that asks for a renewal.
# Known: https://github.com/vellum-ai/vellum-assistant/pull/37851 tells how people had to sign in four times in 40 minutes for it; in the
#   SDK's own issues and pages nothing was found.
# Exits with 1 if that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { auth as authOf2 } from '@modelcontextprotocol/client';
import { auth as authOf1 } from '@modelcontextprotocol/sdk/client/auth.js';

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/@modelcontextprotocol/${name}/package.json`, 'utf8')).version;
console.log(`@modelcontextprotocol/sdk ${versionOf('sdk')}, /client ${versionOf('client')}, Node ${process.version}`);

let tokenRequests = 0;
const server = createServer(async (request, response) => {
  for await (const part of request) void part;
  const isToken = request.url === '/token';
  if (!isToken && request.url !== '/.well-known/oauth-authorization-server') return response.writeHead(404).end();
  if (isToken) tokenRequests += 1;
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
  };
  const tokens = { access_token: 'new', token_type: 'Bearer', expires_in: 3600, refresh_token: 'next' };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(isToken ? tokens : metadata));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

/** What auth() does with an access token that has ended and a good refresh token. */
async function renewal(auth, redirectUrl) {
  tokenRequests = 0;
  const provider = {
    redirectUrl,
    clientMetadata: { redirect_uris: redirectUrl ? [redirectUrl] : [] },
    clientInformation: () => ({ client_id: 'client', issuer }),
    tokens: () => ({ access_token: 'ended', token_type: 'Bearer', refresh_token: 'good', issuer }),
    saveTokens: () => undefined,
    codeVerifier: () => 'verifier',
    saveCodeVerifier: () => undefined,
    redirectToAuthorization: () => undefined,
  };
  const result = await auth(provider, { serverUrl: `${issuer}/mcp` }).catch(({ message }) => message);
  return `${result} (token requests: ${tokenRequests})`;
}

const seen = [];
for (const redirectUrl of ['http://127.0.0.1/callback', undefined])
  for (const [name, auth] of [['sdk 1', authOf1], ['client 2', authOf2]]) {
    const told = await renewal(auth, redirectUrl);
    seen.push(told);
    console.log(`${redirectUrl ? 'with' : 'without'} redirectUrl, ${name}: ${told}`);
  }
server.closeAllConnections();
server.close();
const renewed = 'AUTHORIZED (token requests: 1)';
const refused = 'Either provider.prepareTokenRequest() or authorizationCode is required (token requests: 0)';
const asBefore = seen.join(';') === [renewed, renewed, refused, refused].join(';');
console.log(asBefore ? 'Without redirectUrl nothing is renewed.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
