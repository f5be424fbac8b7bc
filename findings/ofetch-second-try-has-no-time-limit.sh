#!/usr/bin/env bash
# One would guess: `timeout: 300` ends a request of ofetch after 300 ms; with `retry: 1` each of the two, or both together.
# What is true: only the first. When that is answered with 503, the second waits for as long as the server
#   takes. The first leaves its own signal in the options, and a request that has a signal gets no time limit. For the same cause
#   `timeout` does nothing at all beside a `signal` of the caller's, and after a first that ran out of time there is no second.
#   `retry` is on by default for GET, so `timeout` alone is enough to meet it. What helps: `retry: 0`, or
#   `signal: AbortSignal.timeout(300)`, which is for all tries together.
# Known: https://github.com/unjs/ofetch/pull/621 (the second try after a first without an answer) and
#   https://github.com/unjs/ofetch/pull/481 (`timeout` beside `signal`), both open. The readme says what `timeout` does, and no more.
# Exits with 1 if that is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts ofetch@1.5.1
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ofetch } from 'ofetch';

const { version } = JSON.parse(readFileSync('node_modules/ofetch/package.json', 'utf8'));
console.log(`ofetch ${version}, Node ${process.version}`);

/** What the server does with one request after the other; `late` is 200 after five times the limit. */
let answers = [];
let came = 0;
const server = createServer((request, response) => {
  came += 1;
  const answer = answers.shift() ?? 'late';
  if (answer === 'late') setTimeout(() => response.writeHead(200).end(), 1500);
  else response.writeHead(answer).end();
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${server.address().port}/`;

/** How a call with a limit of 300 ms has ended. */
async function outcome(title, given, options) {
  answers = given;
  came = 0;
  const told = await ofetch(url, { timeout: 300, ...options }).then(
    () => 'answered late',
    (error) => (error.cause?.name === 'TimeoutError' ? 'ended by its time limit' : error.name),
  );
  console.log(`${title}: ${told}, ${came} sent`);
  return `${told}, ${came} sent`;
}

const seen = [
  await outcome('a late answer', ['late'], { retry: 0 }),
  await outcome('503, then a late answer', [503, 'late'], {}),
  await outcome('a late answer, the next would be 200', ['late', 200], {}),
  await outcome('a late answer, beside a signal', ['late'], { retry: 0, signal: new AbortController().signal }),
  await outcome('503, then a late answer, limited by a signal', [503, 'late'], { signal: AbortSignal.timeout(300) }),
];
server.close();
const expected = [
  'ended by its time limit, 1 sent',
  'answered late, 2 sent',
  'ended by its time limit, 1 sent',
  'answered late, 1 sent',
  'ended by its time limit, 2 sent',
];
const asBefore = seen.join(';') === expected.join(';');
console.log(asBefore ? 'The second try has no time limit.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
