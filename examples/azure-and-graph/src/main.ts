import { SecretClient } from '@azure/keyvault-secrets';
import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { toTokenCredential } from '@everbearer/providers/azure';
import { microsoft, rejectedByGraph } from '@everbearer/providers/microsoft';
import { Client } from '@microsoft/microsoft-graph-client';
import { settings } from './settings.ts';

/*
 * One application, two clients of Microsoft: Key Vault of the Azure SDK takes a credential, the Graph client takes a middleware.
 * Both get their tokens from one token manager, each for its own scope.
 */

await using given = await settings();
const { tenantId, clientId, clientSecret, endpoints, graphUrl, vaultUrl, vaultOptions } = given;
const provider = microsoft({
  tenantId,
  clientId,
  clientSecret,
  grant: 'client_credentials',
  scopes: ['https://graph.microsoft.com/.default'],
  endpoints,
});
await using tokens = createTokenManager({ provider, backend: memoryBackend() });

const vault = new SecretClient(vaultUrl, toTokenCredential(tokens), vaultOptions);
const { value = '' } = await vault.getSecret('greeting');
console.log(`Key Vault: a secret of ${value.length} characters`);

const authFetch = createAuthFetch(tokens, { origins: [graphUrl], isRejected: rejectedByGraph });
const graph = Client.initWithMiddleware({
  baseUrl: `${graphUrl}/`,
  middleware: {
    async execute(context) {
      context.response = await authFetch(context.request, context.options);
    },
  },
});
for (let call = 1; call <= 2; call++) {
  const { value: users } = (await graph.api('/users').select('displayName').get()) as {
    value: { displayName: string }[];
  };
  console.log(`Graph: ${users.map(({ displayName }) => displayName).join(' and ')}`);
}
