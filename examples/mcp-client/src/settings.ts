import { createAuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { listenOnLoopback } from '@everbearer/testing/loopback-server';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

/** From the environment; without an ISSUER, against servers on this machine. */
export async function settings() {
  const { ISSUER, CLIENT_ID = '', MCP_URL = '', REFRESH_TOKEN = '' } = process.env;
  if (!ISSUER) return localSettings();
  const registered = { issuer: ISSUER, clientId: CLIENT_ID, refreshToken: REFRESH_TOKEN };
  return { ...registered, mcpUrl: MCP_URL, calls: 1, [Symbol.asyncDispose]: async () => {} };
}

async function localSettings() {
  const server = await createAuthorizationServer();
  let called = 0;
  const api = await listenOnLoopback(
    protectedBy(server, async (request, response) => {
      const mcp = new McpServer({ name: 'mail', version: '1.0.0' });
      mcp.registerTool('inbox', { description: 'Counts the inbox' }, () => {
        // After the first call, an administrator revokes every token.
        if (++called === 1) server.revokeAccessTokens();
        return { content: [{ type: 'text', text: '640 messages' }] };
      });
      const transport = new StreamableHTTPServerTransport();
      await mcp.connect(transport as Transport);
      await transport.handleRequest(request, response);
    }),
  );
  const close = async () => {
    await Promise.all([api.close(), server.close()]);
  };
  const refreshToken = server.signIn().refresh_token ?? '';
  return { ...server.oauth2Options(), refreshToken, mcpUrl: api.url, calls: 3, [Symbol.asyncDispose]: close };
}
