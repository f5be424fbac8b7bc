#!/bin/sh
# One would guess: each ManagedIdentityApplication sends its requests with its own networkClient, to the endpoint that the
#   environment names when it asks.
# What is true: the first one that asks decides for the whole process. Later applications send with its network client, to its
#   endpoint, whatever they were configured with.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @azure/msal-node@7.2.3
cat > main.js <<'SCRIPT'
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { ManagedIdentityApplication } from '@azure/msal-node';

const { version } = JSON.parse(readFileSync('node_modules/@azure/msal-node/package.json', 'utf8'));
console.log(`@azure/msal-node ${version}, Node ${process.version}`);

/** An App Service endpoint on loopback. */
async function endpoint(name) {
  const server = createServer((request, response) => {
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: `token-of-${name}`, expires_on, resource: 'r', token_type: 'Bearer' }));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${server.address().port}/token`, close: () => server.close() };
}

const sent = [];
/** An application whose network client writes down that it was asked. */
function application(name) {
  const networkClient = {
    async sendGetRequestAsync(url, options) {
      sent.push(name);
      const response = await fetch(url, { headers: options.headers });
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
    },
    sendPostRequestAsync: () => Promise.reject(new Error('not used')),
  };
  return new ManagedIdentityApplication({ system: { networkClient } });
}

const [a, b] = [await endpoint('a'), await endpoint('b')];
process.env.IDENTITY_HEADER = 'header';
process.env.IDENTITY_ENDPOINT = a.url;
const first = await application('first').acquireToken({ resource: 'https://one.example' });
process.env.IDENTITY_ENDPOINT = b.url;
const second = await application('second').acquireToken({ resource: 'https://two.example' });
a.close();
b.close();

console.log(`first application, endpoint a: ${first.accessToken}, sent by the network client of ${sent[0]}`);
console.log(`second application, endpoint b: ${second.accessToken}, sent by the network client of ${sent[1]}`);
const asBefore = sent.join() === 'first,first' && second.accessToken === 'token-of-a';
console.log(asBefore ? 'The first application decides for all.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
