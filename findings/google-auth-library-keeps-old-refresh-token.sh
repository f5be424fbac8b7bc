#!/bin/sh
# One would guess: when the reply to a refresh brings a new refresh token, OAuth2Client redeems that one next. RFC 6749, section 6,
#   wants the client to discard the old one and use the new one.
# What is true: it writes the old one back over the new one, and presents the old one for good. The event `tokens` tells the new
#   one, and a program that stores it has it after a restart; the client that runs does not. Where a refresh token works once (not
#   at Google) the second renewal fails. What helps: to call setCredentials() with the tokens, at once in that event.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts google-auth-library@11.3.4
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ClientAuthentication, OAuth2Client } from 'google-auth-library';

const { version } = JSON.parse(readFileSync('node_modules/google-auth-library/package.json', 'utf8'));
console.log(`google-auth-library ${version}, Node ${process.version}`);

/** Three calls with tokens that live for a second; what the client presented at the token endpoint. */
async function presented(onTokens) {
  const tokens = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    if (request.url === '/token') tokens.push(new URLSearchParams(body).get('refresh_token'));
    const n = tokens.length + 1;
    const reply = { access_token: `access-${n}`, refresh_token: `refresh-${n}`, token_type: 'Bearer', expires_in: 1 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.url === '/token' ? reply : {}));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${server.address().port}`;
  const client = new OAuth2Client({
    clientId: 'client',
    clientAuthentication: ClientAuthentication.None,
    endpoints: { oauth2TokenUrl: `${url}/token` },
  });
  client.setCredentials({ access_token: 'access-1', refresh_token: 'refresh-1', expiry_date: 1 });
  client.on('tokens', (fresh) => onTokens(client, fresh));
  for (let n = 0; n < 3; n++) await client.request({ url: `${url}/api` });
  server.close();
  return tokens.join(', ');
}

const alone = await presented(() => undefined);
const told = await presented((client, fresh) => client.setCredentials({ ...fresh }));
console.log(`three replies with a new refresh token each; presented: ${alone}`);
console.log(`the same with setCredentials() in the event:            ${told}`);
const asBefore = alone === 'refresh-1, refresh-1, refresh-1' && told === 'refresh-1, refresh-2, refresh-3';
console.log(asBefore ? 'The old refresh token is presented for good.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
