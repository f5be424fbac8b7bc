import { expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';

const shared = sharedServer();

test('at an Entra of our own: renewed through msal-node, and Microsoft Graph is where requests may go', async () => {
  const { server } = shared;
  const { metadata, tenantId, clientId } = server;
  const endpoints = { token: server.tokenEndpoint, deviceCode: metadata.device_authorization_endpoint };
  const provider = { kind: 'microsoft', tenantId, clientId, scopes: ['Mail.Read'], endpoints };
  const { run, signIn } = commandLine(server, { provider });
  await signIn();
  expect(await run('renew')).toMatchObject({ exit: 0 });
  const { exit, out } = await run('status');
  expect(exit, out).toBe(0);
  expect(out).toMatch(/refresh token +\[#?-+\] 0 s old, (89|90) days left/);
  const { notes } = await run('request GET https://graph.example.com/me');
  expect(notes).toContain('https://graph.example.com');
});
