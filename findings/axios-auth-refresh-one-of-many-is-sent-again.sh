#!/bin/sh
# One would guess: of several requests that are under way and all come back with 401, one leads to a refresh and all are sent again
#   once it is done. The readme says that further requests wait for the refresh, and recommends this (`deduplicateRefresh`, the default).
# What is true: only the first is sent again. Requests that start during the refresh wait; those that were under way when it began
#   are answered with their 401, as an error. With `deduplicateRefresh: false` all are sent again, also those whose late 401 leads
#   to a refresh more.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts axios@1.21.1 axios-auth-refresh@5.0.2
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { createAuthRefresh } from 'axios-auth-refresh';

const { version } = JSON.parse(readFileSync('node_modules/axios-auth-refresh/package.json', 'utf8'));
console.log(`axios-auth-refresh ${version}, axios ${axios.VERSION}, Node ${process.version}`);

let answered = 0;
const server = createServer((request, response) => {
  answered += 1;
  response.writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401);
  response.end();
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const baseURL = `http://127.0.0.1:${server.address().port}`;

/** Ten calls at once with an old token; the statuses their callers get. */
async function tenCalls(options) {
  let token = 'old';
  answered = 0;
  const api = axios.create({ baseURL });
  api.interceptors.request.use((request) => {
    request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  });
  createAuthRefresh(
    api,
    async (failed) => {
      // All ten have got their 401 before the new token is there.
      while (answered < 10) await sleep(5);
      await sleep(200);
      token = 'new';
      failed.response.config.headers.Authorization = `Bearer ${token}`;
    },
    options,
  );
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => api.get('/')));
  const ok = results.filter(({ status }) => status === 'fulfilled').length;
  const rejected = results.filter(({ reason }) => reason?.response?.status === 401).length;
  return `${ok} answered 200, ${rejected} failed with 401`;
}

const recommended = await tenCalls();
const other = await tenCalls({ deduplicateRefresh: false });
server.close();
console.log(`ten calls at once, as recommended:         ${recommended}`);
console.log(`the same with deduplicateRefresh: false:   ${other}`);
const asBefore = recommended === '1 answered 200, 9 failed with 401' && other === '10 answered 200, 0 failed with 401';
console.log(asBefore ? 'One of many is sent again.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
