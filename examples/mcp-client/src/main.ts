import { memoryBackend } from '@everbearer/backends/memory';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { settings } from './settings.ts';

/*
 * A client of the Model Context Protocol. Its transport takes a `fetch`, so every request of it bears a valid token: no
 * `authProvider`, which would ask for tokens of its own.
 */

await using given = await settings();
const { mcpUrl, refreshToken, calls, ...registered } = given;
const provider = oauth2({ ...registered, scopes: ['tools.call', 'offline_access'] });
await using tokens = createTokenManager({ provider, backend: memoryBackend() });
await tokens.signIn({ refreshToken });

const fetch = createAuthFetch(tokens, { origins: [new URL(mcpUrl).origin] });
const client = new Client({ name: 'everbearer-example', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { fetch }));
const { tools } = await client.listTools();
console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`);
for (let call = 1; call <= calls; call++) {
  const { content } = await client.callTool({ name: 'inbox', arguments: {} });
  console.log(`call ${call}: ${(content as { text: string }[])[0]?.text}`);
}
console.log(`renewals: ${(await tokens.status()).renewals}`);
await client.close();
