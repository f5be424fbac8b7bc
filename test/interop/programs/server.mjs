// For bundlers: tokens in a file, of any server and of Entra. Prints the token of each, as JSON.
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';

const { TOKEN_ENDPOINT: tokenEndpoint, CLIENT_ID: clientId, TENANT_ID: tenantId } = process.env;
const providers = {
  oauth2: oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] }),
  microsoft: microsoft({ tenantId, clientId, scopes: ['Mail.Read'], endpoints: { token: tokenEndpoint } }),
};

async function main() {
  const seen = {};
  for (const [name, provider] of Object.entries(providers)) {
    const backend = fileBackend({ directory: `${process.env.HOME}/${name}` });
    const tokens = createTokenManager({ provider, backend });
    await tokens.signIn({ refreshToken: process.env[`REFRESH_TOKEN_${name}`] });
    seen[name] = (await tokens.getToken()).token;
    await tokens.close();
  }
  console.log(JSON.stringify(seen));
}

void main();
