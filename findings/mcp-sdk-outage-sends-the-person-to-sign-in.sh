#!/usr/bin/env bash
# One would guess: when the token endpoint cannot be reached or answers 503 during a renewal, the MCP SDK's auth() fails, and the next
#   call renews with the same refresh token, which is good.
# What is true: it goes on as if there were no refresh token and starts a new authorization: it overwrites the code verifier and calls
#   redirectToAuthorization(), in most programs a browser that opens, from a program that nobody is in front of. So does an outage of a
#   second, a 502 or 429 page of a gateway, and `server_error`; only an OAuth error by another name, such as
#   `temporarily_unavailable`, comes out as an error. Both generations of the SDK do so, the newer one with a line on stderr.
# Known: a comment in the SDK's auth.ts says that it goes on, its pages do not; what it led to in a program is told in
#   https://github.com/kentcdodds/kody/pull/2300.
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
console.warn = () => undefined; // what is told here is told again below

const troubles = {
  'no connection': (request) => request.socket.destroy(),
  '503 with a page': (request, response) =>
    response.writeHead(503, { 'content-type': 'text/html', 'retry-after': '5' }).end('<h1>Back soon</h1>'),
  '500 server_error': (request, response) => oauthError(response, 500, 'server_error'),
  '503 temporarily_unavailable': (request, response) => oauthError(response, 503, 'temporarily_unavailable'),
};
function oauthError(response, status, error) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

let trouble;
const server = createServer(async (request, response) => {
  for await (const part of request) void part;
  if (request.url === '/token') return trouble(request, response);
  if (request.url !== '/.well-known/oauth-authorization-server') return response.writeHead(404).end();
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

/** What auth() does with a good refresh token and a token endpoint in trouble. */
async function renewal(auth) {
  const called = [];
  const provider = {
    redirectUrl: 'http://127.0.0.1/callback',
    clientMetadata: { redirect_uris: ['http://127.0.0.1/callback'] },
    clientInformation: () => ({ client_id: 'client', issuer }),
    tokens: () => ({ access_token: 'ended', token_type: 'Bearer', refresh_token: 'good', issuer }),
    saveTokens: () => undefined,
    codeVerifier: () => 'verifier',
    saveCodeVerifier: () => called.push('saveCodeVerifier'),
    redirectToAuthorization: () => called.push('redirectToAuthorization'),
  };
  const result = await auth(provider, { serverUrl: `${issuer}/mcp` }).catch(() => 'throws');
  return [result, ...called].join(' ');
}

const seen = [];
for (const [name, handler] of Object.entries(troubles)) {
  trouble = handler;
  const [one, two] = [await renewal(authOf1), await renewal(authOf2)];
  console.log(`${name}: sdk 1: ${one}; client 2: ${two}`);
  seen.push(one, two);
}
server.closeAllConnections();
server.close();
const signIn = 'REDIRECT saveCodeVerifier redirectToAuthorization';
const expected = [signIn, signIn, signIn, signIn, signIn, signIn, 'throws', 'throws'];
const asBefore = seen.join(';') === expected.join(';');
console.log(asBefore ? 'An outage is a new sign-in.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
