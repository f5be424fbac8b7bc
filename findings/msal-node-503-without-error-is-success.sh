#!/bin/sh
# One would guess: when the token endpoint answers 503, acquireTokenByClientCredential() rejects.
# What is true: where the body is a JSON object without the members of an OAuth error, for instance {} from something in front of
#   the server, it resolves, with an empty access token and `expiresOn` null. A program that sends it sends "Bearer ". The next call
#   rejects without a request, since MSAL holds off after a 503, with an error that has no code, no message and no status.
# Exits with 1 if that is no longer so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @azure/msal-node@7.2.3
cat > main.js <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { ConfidentialClientApplication } from '@azure/msal-node';

const { version } = JSON.parse(readFileSync('node_modules/@azure/msal-node/package.json', 'utf8'));
console.log(`@azure/msal-node ${version}, Node ${process.version}`);

let sent = 0;
/** In place of the network: a server that is not there for the moment. */
const networkClient = {
  sendGetRequestAsync: () => Promise.reject(new Error('not used')),
  async sendPostRequestAsync() {
    sent += 1;
    return { status: 503, headers: { 'content-type': 'application/json' }, body: {} };
  },
};
const authority = 'https://login.example.com/tenant';
const app = new ConfidentialClientApplication({
  auth: {
    clientId: 'client',
    clientSecret: 'secret',
    authority,
    knownAuthorities: ['login.example.com'],
    authorityMetadata: JSON.stringify({
      issuer: `${authority}/v2.0`,
      token_endpoint: `${authority}/token`,
      authorization_endpoint: `${authority}/authorize`,
      jwks_uri: `${authority}/keys`,
    }),
  },
  system: { networkClient },
});
const acquire = () =>
  app.acquireTokenByClientCredential({ scopes: ['https://api.example.com/.default'] }).then(
    ({ accessToken, expiresOn }) => `resolved, accessToken '${accessToken}', expiresOn ${expiresOn}`,
    ({ name, errorCode, errorMessage, status }) =>
      `rejected, ${name}, errorCode '${errorCode}', errorMessage '${errorMessage}', status ${status}`,
  );
const first = await acquire();
const second = await acquire();
console.log(`503 with {}:  ${first}`);
console.log(`once more:    ${second}; requests sent, both together: ${sent}`);
const asBefore =
  first === "resolved, accessToken '', expiresOn null" &&
  second === "rejected, ServerError, errorCode '', errorMessage '', status undefined" &&
  sent === 1;
console.log(asBefore ? 'A 503 without an OAuth error is a success.' : 'CHANGED: it is not so any more.');
process.exitCode = asBefore ? 0 : 1;
SCRIPT
node main.js
