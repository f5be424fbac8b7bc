#!/bin/sh
# One would guess: where a proxy closes the connection in answer to CONNECT, `fetch` through a ProxyAgent rejects. undici 8 does.
# What is true: undici 7, which is also the `fetch` of Node 24 with NODE_USE_ENV_PROXY=1, connects again at once, some thousand
#   times a second, and settles only when its signal ends it. A call without a time-out never ends.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts undici@7.29.1 undici-8@npm:undici@8.13.1
cat > main.js <<'SCRIPT'
import { createServer } from 'node:http';
import * as seven from 'undici';
import * as eight from 'undici-8';

let connects = 0;
const proxy = createServer();
proxy.on('connect', (_request, socket) => {
  connects++;
  socket.on('error', () => {});
  socket.destroy();
});
await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening));

async function through({ ProxyAgent, fetch }) {
  connects = 0;
  const dispatcher = new ProxyAgent(`http://127.0.0.1:${proxy.address().port}`);
  const signal = AbortSignal.timeout(3000);
  const error = await fetch('https://api.example.com/', { dispatcher, signal }).catch((reason) => reason);
  return { outcome: error.name, connects };
}

const old = await through(seven);
const recent = await through(eight);
console.log(`Node ${process.version}, whose own undici is ${process.versions.undici}`);
console.log(`undici 7.29.1: ${old.outcome} after 3 s, ${old.connects} times CONNECT`);
console.log(`undici 8.13.1: ${recent.outcome}, ${recent.connects} times CONNECT`);
const asBefore = old.outcome === 'TimeoutError' && old.connects > 100 && recent.connects < 10;
console.log(asBefore ? 'undici 7 asks for ever.' : 'CHANGED: it is not so any more.');
process.exit(asBefore ? 0 : 1);
SCRIPT
node main.js
