import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { microsoft } from '@everbearer/providers/microsoft';
import { settings } from './settings.ts';

/* A program without a person: it proves itself with a certificate, and asks for the users of the directory again and again. */

await using given = await settings();
const { tenantId, clientId, certificateFile, endpoints, apiUrl, everyMs, rounds } = given;
const provider = microsoft({
  tenantId,
  clientId,
  grant: 'client_credentials',
  // Read for each token request: a certificate that is replaced needs no restart.
  clientCertificate: async () => ({ pem: await readFile(certificateFile, 'utf8') }),
  scopes: ['https://graph.microsoft.com/.default'],
  endpoints,
});
await using tokens = createTokenManager({
  provider,
  // Nothing is worth keeping here: a new process gets a new token for its certificate.
  backend: memoryBackend(),
  onEvent: ({ type }) => type === 'warning' || console.log(`  (${type})`),
});
const fetch = createAuthFetch(tokens, { origins: [new URL(apiUrl).origin] });

for (let round = 1; round <= rounds; round++) {
  const response = await fetch(`${apiUrl}/v1.0/users?$select=id`);
  const { value } = (await response.json()) as { value: unknown[] };
  console.log(`${response.status}  ${value.length} users`);
  await pause(everyMs);
}
